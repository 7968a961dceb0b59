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
import java.util.function.Consumer;
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
        checkNotEmptied(call.remoteAddress(), call::limited);
    }

    /** @param told of the decision, where there is one */
    void checkNotEmptied(String address, Consumer<Decision> told) {
        var known = rememberedEmpty(address);
        if (known != null) {
            throw refusal(told, known);
        }
        var seen = limiter.peek(BucketKey.ofAddress(address), PER_MINUTE);
        if (!seen.allowed()) {
            remember(address, seen);
            throw refusal(told, seen);
        }
    }

    /** Counts a failure; when the bucket is empty, that is the answer. */
    void countFailure(Call call) {
        countFailure(call.remoteAddress(), call::limited);
    }

    void countFailure(String address, Consumer<Decision> told) {
        var taken = limiter.take(BucketKey.ofAddress(address), PER_MINUTE);
        if (!taken.allowed()) {
            remember(address, taken);
            throw refusal(told, taken);
        }
        told.accept(taken);
    }

    private static ApiException refusal(Consumer<Decision> told, Decision empty) {
        told.accept(empty);
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
