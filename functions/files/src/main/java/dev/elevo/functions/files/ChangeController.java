package dev.elevo.functions.files;

import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import dev.elevo.contract.agent.DeleteFile;
import dev.elevo.contract.files.ChangeMode;
import dev.elevo.contract.files.ChangeOwner;
import dev.elevo.contract.files.CopyRequest;
import dev.elevo.contract.files.FileInfo;
import dev.elevo.contract.files.MadeDirectory;
import dev.elevo.contract.files.MakeDirectory;
import dev.elevo.contract.files.MoveRequest;
import dev.elevo.contract.files.SandboxPath;
import dev.elevo.contract.sandbox.Isolation;
import dev.elevo.platform.audit.Audited;
import dev.elevo.platform.engine.Engine;
import dev.elevo.platform.idempotency.IdempotencyKey;
import dev.elevo.platform.identity.NeedsScope;
import dev.elevo.platform.identity.Principal;
import dev.elevo.platform.openapi.Fails;
import dev.elevo.platform.paging.Query;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Delete;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Status;
import jakarta.validation.Valid;
import java.util.Map;

/** What changes files without their content. */
@Controller("/api/v1/sandboxes/{id}/files")
class ChangeController {
    private final FilesService files;
    private final Engine engine;

    ChangeController(FilesService files, Engine engine) {
        this.files = files;
        this.engine = engine;
    }

    @Post("/mkdir")
    @NeedsScope("files:write")
    @Fails({
        ErrorCode.FILE_NOT_FOUND,
        ErrorCode.FILE_ALREADY_EXISTS,
        ErrorCode.DISK_QUOTA_EXCEEDED,
        ErrorCode.NOT_A_DIRECTORY
    })
    @Audited("file.mkdir")
    HttpResponse<MadeDirectory> makeDirectory(
            HttpRequest<?> request, Principal caller, String id, @Body @Valid MakeDirectory body) {
        var wanted = new MakeDirectory(SandboxPath.normal(body.path()), body.recursive(), body.mode(), body.user());
        var made = files.inside(
                caller,
                id,
                (sandboxId, agent) -> agent.makeDirectory(sandboxId, wanted, IdempotencyKey.onceKey(request, caller)));
        return made.created() ? HttpResponse.created(made) : HttpResponse.ok(made);
    }

    @Post("/copy")
    @NeedsScope("files:write")
    @Fails({
        ErrorCode.FILE_NOT_FOUND,
        ErrorCode.FILE_ALREADY_EXISTS,
        ErrorCode.DISK_QUOTA_EXCEEDED,
        ErrorCode.NOT_A_DIRECTORY,
        ErrorCode.NOT_A_FILE
    })
    @Audited("file.copy")
    FileInfo copyFile(HttpRequest<?> request, Principal caller, String id, @Body @Valid CopyRequest body) {
        var wanted = new CopyRequest(
                SandboxPath.normal(body.src()),
                SandboxPath.normal(body.dst()),
                body.recursive(),
                body.overwrite(),
                body.preserveAttributes(),
                body.user());
        return files.inside(
                caller,
                id,
                (sandboxId, agent) -> agent.copy(sandboxId, wanted, IdempotencyKey.onceKey(request, caller)));
    }

    @Post("/move")
    @NeedsScope("files:write")
    @Fails({
        ErrorCode.FILE_NOT_FOUND,
        ErrorCode.FILE_ALREADY_EXISTS,
        ErrorCode.DISK_QUOTA_EXCEEDED,
        ErrorCode.NOT_A_DIRECTORY
    })
    @Audited("file.move")
    FileInfo moveFile(HttpRequest<?> request, Principal caller, String id, @Body @Valid MoveRequest body) {
        var wanted = new MoveRequest(
                SandboxPath.normal(body.src()), SandboxPath.normal(body.dst()), body.overwrite(), body.user());
        return files.inside(
                caller,
                id,
                (sandboxId, agent) -> agent.move(sandboxId, wanted, IdempotencyKey.onceKey(request, caller)));
    }

    @Delete
    @Status(HttpStatus.NO_CONTENT)
    @NeedsScope("files:write")
    @Fails({ErrorCode.FILE_NOT_FOUND, ErrorCode.DIRECTORY_NOT_EMPTY})
    @Audited("file.delete")
    void deleteFile(HttpRequest<?> request, Principal caller, String id) {
        var wanted = Query.read(
                request,
                query -> new DeleteFile(
                        query.path(),
                        query.bool("recursive", false),
                        query.bool("force", false),
                        FileQuery.user(query)));
        files.inside(caller, id, (sandboxId, agent) -> {
            agent.delete(sandboxId, wanted, IdempotencyKey.onceKey(request, caller));
            return sandboxId;
        });
    }

    @Post("/chmod")
    @NeedsScope("files:write")
    @Fails(ErrorCode.FILE_NOT_FOUND)
    @Audited("file.chmod")
    FileInfo changeMode(Principal caller, String id, @Body @Valid ChangeMode body) {
        var wanted = new ChangeMode(SandboxPath.normal(body.path()), body.mode(), body.recursive(), body.user());
        return files.inside(caller, id, (sandboxId, agent) -> agent.changeMode(sandboxId, wanted));
    }

    @Post("/chown")
    @NeedsScope("files:write")
    @Fails({ErrorCode.FILE_NOT_FOUND, ErrorCode.NOT_IMPLEMENTED})
    @Audited("file.chown")
    FileInfo changeOwner(Principal caller, String id, @Body @Valid ChangeOwner body) {
        var wanted = new ChangeOwner(
                SandboxPath.normal(body.path()), body.owner(), body.group(), body.recursive(), body.user());
        return files.inside(caller, id, (sandboxId, agent) -> {
            var isolation = engine.offer().isolation();
            if (isolation == Isolation.PROCESS) {
                throw new Failure.Refused(
                                ErrorCode.NOT_IMPLEMENTED,
                                "Without a wall there is only one user",
                                Map.of("feature", "chown", "isolation", isolation.label()))
                        .asException();
            }
            return agent.changeOwner(sandboxId, wanted);
        });
    }
}
