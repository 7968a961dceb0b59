package dev.elevo.functions.process;

import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Page;
import dev.elevo.contract.RateClass;
import dev.elevo.contract.pty.CreatePty;
import dev.elevo.contract.pty.PtyInfo;
import dev.elevo.contract.pty.PtySize;
import dev.elevo.contract.pty.PtyWritten;
import dev.elevo.contract.pty.ResizePty;
import dev.elevo.contract.pty.WritePty;
import dev.elevo.platform.audit.Audited;
import dev.elevo.platform.idempotency.IdempotencyKey;
import dev.elevo.platform.identity.NeedsScope;
import dev.elevo.platform.identity.Principal;
import dev.elevo.platform.limits.RateLimited;
import dev.elevo.platform.openapi.Fails;
import dev.elevo.platform.paging.Query;
import dev.elevo.platform.streams.Handshake;
import dev.elevo.platform.streams.StreamTicket;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Delete;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Status;
import jakarta.validation.Valid;
import org.jspecify.annotations.Nullable;

@Controller("/api/v1/sandboxes/{id}/pty")
class PtyController {
    private static final String SCOPE = "sandbox:exec";

    private final PtyService ptys;
    private final OutputStreams streams;

    PtyController(PtyService ptys, OutputStreams streams) {
        this.ptys = ptys;
        this.streams = streams;
    }

    @Post
    @NeedsScope(SCOPE)
    @Fails({ErrorCode.FILE_NOT_FOUND, ErrorCode.NOT_A_DIRECTORY, ErrorCode.COMMAND_FAILED, ErrorCode.PTY_LIMIT_EXCEEDED
    })
    @RateLimited(RateClass.EXEC)
    @Audited("pty.create")
    HttpResponse<PtyInfo> createPty(
            HttpRequest<?> request, Principal caller, String id, @Nullable @Body @Valid CreatePty body) {
        var onceKey = IdempotencyKey.onceKey(request, caller);
        var opened = ptys.create(caller, id, body == null ? CreatePty.DEFAULT : body, onceKey);
        return HttpResponse.<PtyInfo>status(HttpStatus.CREATED)
                .header(HttpHeaders.LOCATION, "/api/v1/sandboxes/" + id + "/pty/" + opened.pid())
                .body(opened);
    }

    @Get
    @NeedsScope(SCOPE)
    Page<PtyInfo> listPtys(HttpRequest<?> request, Principal caller, String id) {
        var wanted = Query.read(request, Listed::read);
        return wanted.of(ptys.list(caller, id));
    }

    @Get("/{pid}")
    @NeedsScope(SCOPE)
    @Fails(ErrorCode.PTY_NOT_FOUND)
    PtyInfo getPty(Principal caller, String id, int pid) {
        return ptys.get(caller, id, pid);
    }

    @Delete("/{pid}")
    @NeedsScope(SCOPE)
    @Fails(ErrorCode.PTY_NOT_FOUND)
    @Status(HttpStatus.NO_CONTENT)
    void deletePty(HttpRequest<?> request, Principal caller, String id, int pid) {
        ptys.hangUp(caller, id, pid, IdempotencyKey.onceKey(request, caller));
    }

    @Post("/{pid}/resize")
    @NeedsScope(SCOPE)
    @Fails({ErrorCode.PTY_NOT_FOUND, ErrorCode.PTY_RESIZE_FAILED})
    PtySize resizePty(Principal caller, String id, int pid, @Body @Valid ResizePty body) {
        return ptys.resize(caller, id, pid, body);
    }

    @Post("/{pid}/write")
    @NeedsScope(SCOPE)
    @Fails({ErrorCode.PTY_NOT_FOUND, ErrorCode.PTY_WRITE_FAILED})
    PtyWritten writePty(HttpRequest<?> request, Principal caller, String id, int pid, @Body @Valid WritePty body) {
        return PtyWritten.of(ptys.write(caller, id, pid, body, IdempotencyKey.onceKey(request, caller)));
    }

    @Get("/{pid}/connect")
    @NeedsScope(SCOPE)
    @Fails({ErrorCode.PTY_NOT_FOUND, ErrorCode.PTY_CONNECTION_FAILED, ErrorCode.NOT_IMPLEMENTED})
    HttpResponse<?> connectPty(HttpRequest<?> request, Principal caller, String id, int pid) {
        var handshake = Handshake.of(request);
        streams.open(handshake, caller, id, Query.read(request, query -> OutputStreams.pty(pid, query)));
        return HttpResponse.ok();
    }

    @Post("/{pid}/ticket")
    @NeedsScope(SCOPE)
    @Fails({ErrorCode.PTY_NOT_FOUND, ErrorCode.PTY_CONNECTION_FAILED, ErrorCode.NOT_IMPLEMENTED})
    @RateLimited(RateClass.READ)
    @Audited("pty.ticket")
    HttpResponse<StreamTicket> createPtyTicket(HttpRequest<?> request, Principal caller, String id, int pid) {
        var target = Query.read(request, query -> OutputStreams.pty(pid, query));
        return streams.ticket(request, caller, id, target);
    }
}
