package dev.elevo.agent.http;

import dev.elevo.agent.process.Ptys;
import dev.elevo.contract.Failure;
import dev.elevo.contract.agent.AgentPaths;
import dev.elevo.contract.agent.Operation;
import dev.elevo.contract.agent.PtyInput;
import dev.elevo.contract.pty.CreatePty;
import dev.elevo.contract.pty.PtyInfo;
import dev.elevo.contract.pty.PtySize;
import dev.elevo.contract.pty.ResizePty;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Delete;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Header;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Status;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import jakarta.validation.Valid;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Terminals inside one sandbox. */
@Controller(AgentPaths.PTYS)
@ExecuteOn(TaskExecutors.BLOCKING)
class PtysController {
    private final Gate gate;
    private final Ptys ptys;

    PtysController(Gate gate, Ptys ptys) {
        this.gate = gate;
        this.ptys = ptys;
    }

    @Post
    PtyInfo createPty(
            @Header(AgentPaths.CAPABILITY_HEADER) @Nullable String capability,
            @Header(AgentPaths.ONCE_HEADER) @Nullable String onceKey,
            String sandboxId,
            @Body CreatePty request) {
        gate.admit(capability, sandboxId, Operation.PROCESS);
        return ptys.create(sandboxId, request, onceKey);
    }

    @Get
    List<PtyInfo> listPtys(@Header(AgentPaths.CAPABILITY_HEADER) @Nullable String capability, String sandboxId) {
        gate.admit(capability, sandboxId, Operation.PROCESS);
        return ptys.list(sandboxId);
    }

    @Get("/{pid}")
    PtyInfo getPty(@Header(AgentPaths.CAPABILITY_HEADER) @Nullable String capability, String sandboxId, int pid) {
        gate.admit(capability, sandboxId, Operation.PROCESS);
        return ptys.get(sandboxId, pid);
    }

    @Delete("/{pid}")
    @Status(HttpStatus.NO_CONTENT)
    void hangUpPty(
            @Header(AgentPaths.CAPABILITY_HEADER) @Nullable String capability,
            @Header(AgentPaths.ONCE_HEADER) @Nullable String onceKey,
            String sandboxId,
            int pid) {
        gate.admit(capability, sandboxId, Operation.PROCESS);
        ptys.hangUp(sandboxId, pid, onceKey);
    }

    @Post("/{pid}/resize")
    PtySize resizePty(
            @Header(AgentPaths.CAPABILITY_HEADER) @Nullable String capability,
            String sandboxId,
            int pid,
            @Body @Valid ResizePty size) {
        gate.admit(capability, sandboxId, Operation.PROCESS);
        return ptys.resize(sandboxId, pid, size.cols(), size.rows());
    }

    @Post("/{pid}/write")
    @Status(HttpStatus.NO_CONTENT)
    void writePty(
            @Header(AgentPaths.CAPABILITY_HEADER) @Nullable String capability,
            @Header(AgentPaths.ONCE_HEADER) @Nullable String onceKey,
            String sandboxId,
            int pid,
            @Body PtyInput input) {
        gate.admit(capability, sandboxId, Operation.PROCESS);
        try {
            ptys.write(sandboxId, pid, Base64.getDecoder().decode(input.base64()), onceKey);
        } catch (IllegalArgumentException e) {
            throw Failure.Invalid.field("base64", "must be base64", null).causedBy(e);
        }
    }
}
