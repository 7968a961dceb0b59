package dev.elevo.platform.limits;

import dev.elevo.contract.Failure;
import dev.elevo.contract.RateClass;
import dev.elevo.platform.http.Call;
import dev.elevo.platform.identity.Principal;
import io.micronaut.http.HttpRequest;
import jakarta.inject.Singleton;
import java.time.Duration;

/** Counts in the buckets of callers; over the limit it is the answer (429). */
@Singleton
public final class CallerLimits {
    private final RateLimiter limiter;
    private final RateLimitConfiguration limits;

    CallerLimits(RateLimiter limiter, RateLimitConfiguration limits) {
        this.limiter = limiter;
        this.limits = limits;
    }

    /** What a request costs more than the one token that every request does: none of it where not all is there. */
    public void take(HttpRequest<?> request, Principal caller, RateClass rateClass, int tokens) {
        if (tokens == 0) {
            return;
        }
        var seen = limiter.peek(BucketKey.of(rateClass, name(caller)), limits.of(rateClass, caller));
        if (tokens > seen.remaining()) {
            // With the one that the next request costs itself.
            var missing = tokens + 1 - seen.remaining();
            var wait = Duration.ofMinutes(missing).dividedBy(seen.limit());
            throw new Failure.Limited(seen.limit(), seen.resetAt(), wait).asException();
        }
        // Others may have been quicker.
        for (int i = 0; i < tokens; i++) {
            take(Call.of(request), caller, rateClass);
        }
    }

    /** More than so many tokens are never there. */
    public int most(Principal caller, RateClass rateClass) {
        return limits.of(rateClass, caller);
    }

    /** Counts a request that is refused for another reason; whether it is within the limit. */
    public boolean count(Call call, Principal caller, RateClass rateClass) {
        return decide(call, caller, rateClass).allowed();
    }

    private Decision decide(Call call, Principal caller, RateClass rateClass) {
        var decision = limiter.take(BucketKey.of(rateClass, name(caller)), limits.of(rateClass, caller));
        call.limited(decision);
        return decision;
    }

    void take(Call call, Principal caller, RateClass rateClass) {
        var decision = decide(call, caller, rateClass);
        if (!decision.allowed()) {
            throw new Failure.Limited(decision.limit(), decision.resetAt(), decision.retryAfter()).asException();
        }
    }

    /** A user named like a key must not meet it, nor two organizations by the way their names join. */
    private static String name(Principal principal) {
        var organizationId = principal.organizationId();
        var keyId = principal.keyId();
        return organizationId.length() + "#" + organizationId
                + (keyId == null ? "#user#" + principal.userId() : "#key#" + keyId);
    }
}
