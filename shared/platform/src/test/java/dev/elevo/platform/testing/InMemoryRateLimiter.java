package dev.elevo.platform.testing;

import dev.elevo.platform.limits.BucketKey;
import dev.elevo.platform.limits.Decision;
import dev.elevo.platform.limits.RateLimiter;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;

/** The law of the buckets (GCRA) for one instance. */
public final class InMemoryRateLimiter implements RateLimiter {
    private final InstantSource clock;
    private final Map<BucketKey, Instant> fullAt = new HashMap<>();

    public InMemoryRateLimiter(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public Decision take(BucketKey key, int perMinute) {
        return decide(key, perMinute, true);
    }

    @Override
    public Decision peek(BucketKey key, int perMinute) {
        return decide(key, perMinute, false);
    }

    public synchronized boolean hasSeen(String caller) {
        return fullAt.keySet().stream().anyMatch(key -> key.caller().contains(caller));
    }

    private synchronized Decision decide(BucketKey key, int perMinute, boolean taking) {
        var now = clock.instant();
        var interval = Duration.ofMinutes(1).dividedBy(perMinute);
        var full = fullAt.getOrDefault(key, now);
        if (full.isBefore(now)) {
            full = now;
        }
        var afterwards = full.plus(interval);
        var wait = Duration.between(now, afterwards).minus(interval.multipliedBy(perMinute));
        if (wait.isPositive()) {
            return new Decision(false, perMinute, 0, full, wait);
        }
        if (taking) {
            fullAt.put(key, afterwards);
            full = afterwards;
        }
        int used = (int) (Duration.between(now, full).toNanos() / interval.toNanos());
        return new Decision(true, perMinute, perMinute - used, full, Duration.ZERO);
    }
}
