package dev.elevo.platform.identity;

import dev.elevo.contract.ApiException;
import dev.elevo.contract.Failure;
import dev.elevo.platform.http.Call;
import dev.elevo.platform.limits.BucketKey;
import dev.elevo.platform.limits.Decision;
import dev.elevo.platform.limits.RateLimiter;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Counts failed authentications per client address, so that keys and tokens cannot be guessed in bulk. */
@Singleton
final class AddressGuard {
    static final int PER_MINUTE = 60;
    private static final int MOST_REMEMBERED = 10_000;

    /** An empty bucket and when it gets its next token. */
    private record Empty(Decision decision, Instant until) {}

    private final RateLimiter limiter;
    private final InstantSource clock;

    /** Spares the store in a flood: what was empty a moment ago is empty until its next token. */
    private final Map<String, Empty> emptied = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Empty> eldest) {
            return size() > MOST_REMEMBERED;
        }
    };

    AddressGuard(RateLimiter limiter, InstantSource clock) {
        this.limiter = limiter;
        this.clock = clock;
    }

    /** Refuses the call when its address has failed too often; takes nothing. */
    void checkNotEmptied(Call call) {
        var known = rememberedEmpty(call.remoteAddress());
        if (known != null) {
            throw refusal(call, known);
        }
        var seen = limiter.peek(BucketKey.ofAddress(call.remoteAddress()), PER_MINUTE);
        if (!seen.allowed()) {
            remember(call.remoteAddress(), seen);
            throw refusal(call, seen);
        }
    }

    /** Counts a failure; when the bucket is empty, that is the answer. */
    void countFailure(Call call) {
        var taken = limiter.take(BucketKey.ofAddress(call.remoteAddress()), PER_MINUTE);
        if (!taken.allowed()) {
            remember(call.remoteAddress(), taken);
            throw refusal(call, taken);
        }
        call.limited(taken);
    }

    private ApiException refusal(Call call, Decision empty) {
        call.limited(empty);
        return new Failure.Limited(empty.limit(), empty.resetAt(), empty.retryAfter()).asException();
    }

    private synchronized @Nullable Decision rememberedEmpty(String address) {
        var empty = emptied.get(address);
        if (empty == null) {
            return null;
        }
        var left = Duration.between(clock.instant(), empty.until());
        if (!left.isPositive()) {
            emptied.remove(address);
            return null;
        }
        var decision = empty.decision();
        return new Decision(false, decision.limit(), 0, decision.resetAt(), left);
    }

    private synchronized void remember(String address, Decision empty) {
        emptied.put(address, new Empty(empty, clock.instant().plus(empty.retryAfter())));
    }
}
