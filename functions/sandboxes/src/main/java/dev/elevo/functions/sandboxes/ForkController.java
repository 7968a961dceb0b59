package dev.elevo.functions.sandboxes;

import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import dev.elevo.contract.FieldError;
import dev.elevo.contract.RateClass;
import dev.elevo.contract.sandbox.ForkSandbox;
import dev.elevo.contract.sandbox.ForkedSandboxes;
import dev.elevo.platform.audit.Audited;
import dev.elevo.platform.idempotency.IdempotencyKey;
import dev.elevo.platform.identity.NeedsScope;
import dev.elevo.platform.identity.Principal;
import dev.elevo.platform.limits.CallerLimits;
import dev.elevo.platform.limits.RateLimited;
import dev.elevo.platform.openapi.Fails;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Post;
import jakarta.validation.Valid;
import java.util.List;
import org.jspecify.annotations.Nullable;

@Controller("/api/v1/sandboxes/{id}/fork")
class ForkController {
    private final ForkService forks;
    private final SandboxView view;
    private final CallerLimits limits;

    ForkController(ForkService forks, SandboxView view, CallerLimits limits) {
        this.forks = forks;
        this.view = view;
        this.limits = limits;
    }

    /** Every sandbox costs what it would cost by itself. */
    @Post
    @NeedsScope("sandbox:write")
    @Fails({
        ErrorCode.SANDBOX_NOT_FOUND,
        ErrorCode.SANDBOX_ALREADY_EXISTS,
        ErrorCode.SANDBOX_NOT_RUNNING,
        ErrorCode.SANDBOX_LIMIT_EXCEEDED,
        ErrorCode.SANDBOX_CREATION_FAILED,
        ErrorCode.TEMPLATE_NOT_FOUND,
        ErrorCode.SNAPSHOT_NOT_FOUND,
        ErrorCode.SNAPSHOT_IN_USE,
        ErrorCode.VOLUME_NOT_FOUND,
        ErrorCode.VOLUME_IN_USE,
        ErrorCode.RESOURCE_EXHAUSTED,
        ErrorCode.NOT_IMPLEMENTED
    })
    @RateLimited(RateClass.SANDBOX_CREATE)
    @Audited("sandbox.fork")
    HttpResponse<ForkedSandboxes> forkSandbox(
            HttpRequest<?> request, Principal caller, String id, @Nullable @Body @Valid ForkSandbox body) {
        var wanted = body == null ? ForkSandbox.ONE : body;
        SandboxRules.check(wanted);
        checkLimit(wanted, limits.most(caller, RateClass.SANDBOX_CREATE));
        limits.take(request, caller, RateClass.SANDBOX_CREATE, wanted.number() - 1);
        var key = IdempotencyKey.of(request, caller).orElse(null);
        var made = forks.fork(caller, id, wanted, key);
        return HttpResponse.created(new ForkedSandboxes(
                made.stream().map(sandbox -> view.of(sandbox, Expansion.NONE)).toList()));
    }

    /** Told before anything is counted: however long the caller waits, more than that will not pass. */
    private static void checkLimit(ForkSandbox wanted, int most) {
        if (wanted.number() > most) {
            var why = "must be at most " + most + ", as many as may be created in a minute";
            throw new Failure.Invalid(List.of(new FieldError("count", why, wanted.number()))).asException();
        }
    }
}
