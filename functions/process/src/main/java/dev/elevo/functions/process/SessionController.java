package dev.elevo.functions.process;

import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Page;
import dev.elevo.contract.RateClass;
import dev.elevo.contract.process.CreateSession;
import dev.elevo.contract.process.RunResult;
import dev.elevo.contract.process.Session;
import dev.elevo.contract.process.SessionExec;
import dev.elevo.contract.process.Spawned;
import dev.elevo.contract.process.StillRunning;
import dev.elevo.platform.audit.Audited;
import dev.elevo.platform.idempotency.IdempotencyKey;
import dev.elevo.platform.identity.NeedsScope;
import dev.elevo.platform.identity.Principal;
import dev.elevo.platform.limits.RateLimited;
import dev.elevo.platform.openapi.Fails;
import dev.elevo.platform.openapi.Replies;
import dev.elevo.platform.paging.Query;
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

@Controller("/api/v1/sandboxes/{id}/sessions")
class SessionController {
    private static final CreateSession ALL_BY_DEFAULT = new CreateSession(null, null, null, null, null);

    private final SessionService sessions;

    SessionController(SessionService sessions) {
        this.sessions = sessions;
    }

    @Post
    @NeedsScope("sandbox:exec")
    @Fails({
        ErrorCode.FILE_NOT_FOUND,
        ErrorCode.NOT_A_DIRECTORY,
        ErrorCode.COMMAND_FAILED,
        ErrorCode.SESSION_ALREADY_EXISTS,
        ErrorCode.RESOURCE_EXHAUSTED
    })
    @Audited("session.create")
    HttpResponse<Session> createSession(
            HttpRequest<?> request, Principal caller, String id, @Body @Nullable @Valid CreateSession body) {
        var wanted = body == null ? ALL_BY_DEFAULT : body;
        var session = sessions.create(caller, id, wanted, IdempotencyKey.onceKey(request, caller));
        return HttpResponse.created(session)
                .header(HttpHeaders.LOCATION, "/api/v1/sandboxes/" + id + "/sessions/" + session.id());
    }

    @Get
    @NeedsScope("sandbox:exec")
    Page<Session> listSessions(HttpRequest<?> request, Principal caller, String id) {
        var listed = Query.read(request, Listed::read);
        return listed.of(sessions.all(caller, id));
    }

    @Get("/{sid}")
    @NeedsScope("sandbox:exec")
    @Fails({ErrorCode.SESSION_NOT_FOUND, ErrorCode.SESSION_EXPIRED})
    Session getSession(Principal caller, String id, String sid) {
        return sessions.get(caller, id, sid);
    }

    @Delete("/{sid}")
    @NeedsScope("sandbox:exec")
    @Fails({ErrorCode.SESSION_NOT_FOUND, ErrorCode.SESSION_EXPIRED})
    @Audited("session.delete")
    @Status(HttpStatus.NO_CONTENT)
    void deleteSession(HttpRequest<?> request, Principal caller, String id, String sid) {
        sessions.delete(caller, id, sid, IdempotencyKey.onceKey(request, caller));
    }

    @Post("/{sid}/exec")
    @NeedsScope("sandbox:exec")
    @Replies(RunResult.class)
    @Replies(status = 201, value = Spawned.class)
    @Replies(status = 202, value = StillRunning.class)
    @Fails({
        ErrorCode.PROCESS_KILLED,
        ErrorCode.COMMAND_FAILED,
        ErrorCode.SESSION_NOT_FOUND,
        ErrorCode.SESSION_EXPIRED,
        ErrorCode.RESOURCE_EXHAUSTED
    })
    @RateLimited(RateClass.EXEC)
    @Audited("session.exec")
    HttpResponse<?> execInSession(
            HttpRequest<?> request, Principal caller, String id, String sid, @Body @Valid SessionExec body) {
        var answer = sessions.exec(caller, id, sid, body, IdempotencyKey.onceKey(request, caller));
        if (Boolean.FALSE.equals(body.await()) && answer instanceof StillRunning running) {
            return Answers.located(HttpResponse.status(HttpStatus.CREATED), id, running.pid())
                    .body(new Spawned(running.pid(), running.command(), running.startedAt(), null));
        }
        return Answers.of(id, answer);
    }
}
