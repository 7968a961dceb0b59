package dev.elevo.platform.limits;

import dev.elevo.contract.Failure;
import dev.elevo.platform.http.Call;
import dev.elevo.platform.http.PipelineOrder;
import dev.elevo.platform.identity.Principal;
import io.micronaut.core.annotation.Order;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.annotation.Filter;
import io.micronaut.http.annotation.RequestFilter;
import io.micronaut.http.annotation.ServerFilter;

/** Counts the request in its class's bucket of the caller; over the limit it is the answer (429). */
@ServerFilter(Filter.MATCH_ALL_PATTERN)
final class RateLimitFilter {
    private final RateLimiter limiter;
    private final RateLimitConfiguration limits;

    RateLimitFilter(RateLimiter limiter, RateLimitConfiguration limits) {
        this.limiter = limiter;
        this.limits = limits;
    }

    @RequestFilter
    @Order(PipelineOrder.RATE_LIMIT)
    void count(HttpRequest<?> request) {
        var call = Call.of(request);
        call.principal()
                .ifPresent(principal -> call.endpoint().ifPresent(endpoint -> {
                    var rateClass = endpoint.rateClass();
                    var decision =
                            limiter.take(BucketKey.of(rateClass, caller(principal)), limits.of(rateClass, principal));
                    call.limited(decision);
                    if (!decision.allowed()) {
                        throw new Failure.Limited(decision.limit(), decision.resetAt(), decision.retryAfter())
                                .asException();
                    }
                }));
    }

    /** A user named like a key must not meet it, nor two organizations by the way their names join. */
    private static String caller(Principal principal) {
        var organizationId = principal.organizationId();
        var keyId = principal.keyId();
        return organizationId.length() + "#" + organizationId
                + (keyId == null ? "#user#" + principal.userId() : "#key#" + keyId);
    }
}
