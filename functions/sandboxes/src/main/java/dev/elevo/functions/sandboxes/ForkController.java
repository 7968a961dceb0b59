package dev.elevo.functions.sandboxes;

import dev.elevo.contract.RateClass;
import dev.elevo.contract.sandbox.ForkSandbox;
import dev.elevo.contract.sandbox.ForkedSandboxes;
import dev.elevo.platform.audit.Audited;
import dev.elevo.platform.idempotency.IdempotencyKey;
import dev.elevo.platform.identity.NeedsScope;
import dev.elevo.platform.identity.Principal;
import dev.elevo.platform.limits.CallerLimits;
import dev.elevo.platform.limits.RateLimited;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Post;
import jakarta.validation.Valid;
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
    @RateLimited(RateClass.SANDBOX_CREATE)
    @Audited("sandbox.fork")
    HttpResponse<ForkedSandboxes> forkSandbox(
            HttpRequest<?> request, Principal caller, String id, @Nullable @Body @Valid ForkSandbox body) {
        var wanted = body == null ? ForkSandbox.ONE : body;
        SandboxRules.check(wanted);
        limits.take(request, caller, RateClass.SANDBOX_CREATE, wanted.number() - 1);
        var key = IdempotencyKey.of(request, caller).orElse(null);
        var made = forks.fork(caller, id, wanted, key);
        return HttpResponse.created(new ForkedSandboxes(
                made.stream().map(sandbox -> view.of(sandbox, Expansion.NONE)).toList()));
    }
}
