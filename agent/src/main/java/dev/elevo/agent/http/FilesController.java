package dev.elevo.agent.http;

import dev.elevo.agent.files.Files;
import dev.elevo.contract.agent.AgentPaths;
import dev.elevo.contract.agent.DeleteFile;
import dev.elevo.contract.agent.FileList;
import dev.elevo.contract.agent.ListFiles;
import dev.elevo.contract.agent.Operation;
import dev.elevo.contract.agent.StatFile;
import dev.elevo.contract.agent.WriteFiles;
import dev.elevo.contract.files.BatchResult;
import dev.elevo.contract.files.ChangeMode;
import dev.elevo.contract.files.ChangeOwner;
import dev.elevo.contract.files.CopyRequest;
import dev.elevo.contract.files.FileInfo;
import dev.elevo.contract.files.MadeDirectory;
import dev.elevo.contract.files.MakeDirectory;
import dev.elevo.contract.files.MoveRequest;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Header;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Status;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import org.jspecify.annotations.Nullable;

/** Files inside one sandbox, as far as they are not content. */
@Controller(AgentPaths.FILES)
@ExecuteOn(TaskExecutors.BLOCKING)
final class FilesController {
    private final Gate gate;
    private final Files files;

    FilesController(Gate gate, Files files) {
        this.gate = gate;
        this.files = files;
    }

    @Post("/stat")
    FileInfo statFile(
            @Header(AgentPaths.CAPABILITY_HEADER) @Nullable String capability,
            String sandboxId,
            @Body StatFile request) {
        gate.admit(capability, sandboxId, Operation.FILES_READ);
        return files.stat(sandboxId, request);
    }

    @Post("/list")
    FileList listFiles(
            @Header(AgentPaths.CAPABILITY_HEADER) @Nullable String capability,
            String sandboxId,
            @Body ListFiles query) {
        gate.admit(capability, sandboxId, Operation.FILES_READ);
        return files.list(sandboxId, query);
    }

    @Post("/batch")
    BatchResult writeFiles(
            @Header(AgentPaths.CAPABILITY_HEADER) @Nullable String capability,
            @Header(AgentPaths.ONCE_HEADER) @Nullable String onceKey,
            String sandboxId,
            @Body WriteFiles batch) {
        gate.admit(capability, sandboxId, Operation.FILES_WRITE);
        return files.writeAll(sandboxId, batch, onceKey);
    }

    @Post("/mkdir")
    MadeDirectory makeDirectory(
            @Header(AgentPaths.CAPABILITY_HEADER) @Nullable String capability,
            @Header(AgentPaths.ONCE_HEADER) @Nullable String onceKey,
            String sandboxId,
            @Body MakeDirectory request) {
        gate.admit(capability, sandboxId, Operation.FILES_WRITE);
        return files.makeDirectory(sandboxId, request, onceKey);
    }

    @Post("/copy")
    FileInfo copyFile(
            @Header(AgentPaths.CAPABILITY_HEADER) @Nullable String capability,
            @Header(AgentPaths.ONCE_HEADER) @Nullable String onceKey,
            String sandboxId,
            @Body CopyRequest request) {
        gate.admit(capability, sandboxId, Operation.FILES_WRITE);
        return files.copy(sandboxId, request, onceKey);
    }

    @Post("/move")
    FileInfo moveFile(
            @Header(AgentPaths.CAPABILITY_HEADER) @Nullable String capability,
            @Header(AgentPaths.ONCE_HEADER) @Nullable String onceKey,
            String sandboxId,
            @Body MoveRequest request) {
        gate.admit(capability, sandboxId, Operation.FILES_WRITE);
        return files.move(sandboxId, request, onceKey);
    }

    @Post("/delete")
    @Status(HttpStatus.NO_CONTENT)
    void deleteFile(
            @Header(AgentPaths.CAPABILITY_HEADER) @Nullable String capability,
            @Header(AgentPaths.ONCE_HEADER) @Nullable String onceKey,
            String sandboxId,
            @Body DeleteFile request) {
        gate.admit(capability, sandboxId, Operation.FILES_WRITE);
        files.delete(sandboxId, request, onceKey);
    }

    @Post("/chmod")
    FileInfo changeMode(
            @Header(AgentPaths.CAPABILITY_HEADER) @Nullable String capability,
            String sandboxId,
            @Body ChangeMode request) {
        gate.admit(capability, sandboxId, Operation.FILES_WRITE);
        return files.changeMode(sandboxId, request);
    }

    @Post("/chown")
    FileInfo changeOwner(
            @Header(AgentPaths.CAPABILITY_HEADER) @Nullable String capability,
            String sandboxId,
            @Body ChangeOwner request) {
        gate.admit(capability, sandboxId, Operation.FILES_WRITE);
        return files.changeOwner(sandboxId, request);
    }
}
