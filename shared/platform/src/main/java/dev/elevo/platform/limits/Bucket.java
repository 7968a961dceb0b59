package dev.elevo.platform.limits;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What one instance knows of one bucket. Callers that come while a write is under way wait for it and share the next one;
 * a busy bucket is asked for tokens ahead of need, which are good for {@link Terms#LEASE} and lost after it. A bucket that is
 * known to be empty answers without a call, because its time never goes back.
 */
final class Bucket {
    /** Of what is left, one write takes at the most this part ahead of need, so that near the end nothing is held back. */
    private static final int SHARE_AHEAD = 16;

    private final BucketStore store;
    private final BucketKey key;
    private final Terms terms;
    private final InstantSource clock;
    private final LongSupplier ticker;

    private boolean writing;
    private long writes;
    private long lastBroken;
    private int waiting;
    private long fullAt;
    private int held;
    private long heldUntil;
    private int ahead;

    /** @param ticker nanoseconds of a clock that never jumps, for the age of leased tokens */
    Bucket(BucketStore store, BucketKey key, Terms terms, InstantSource clock, LongSupplier ticker) {
        this.store = store;
        this.key = key;
        this.terms = terms;
        this.clock = clock;
        this.ticker = ticker;
    }

    Decision take() {
        int wanted;
        long seen;
        synchronized (this) {
            waiting++;
            try {
                var decided = decideOrWait();
                if (decided != null) {
                    return decided;
                }
                // All who wait now share this write.
                wanted = waiting + aheadOfNeed();
            } finally {
                waiting--;
            }
            writing = true;
            writes++;
            seen = fullAt;
        }
        return write(wanted, seen);
    }

    Decision peek() {
        var seen = store.fullAt(key);
        synchronized (this) {
            fullAt = Math.max(fullAt, seen);
            var now = micros();
            return terms.tokens(fullAt, now) > 0 ? allowed(now) : refused(now);
        }
    }

    /** Null when it is this caller's turn to write. */
    private @Nullable Decision decideOrWait() {
        while (true) {
            var decided = decide();
            if (decided != null || !writing) {
                return decided;
            }
            var awaited = writes;
            try {
                wait();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw DynamoRateLimiter.unavailable(e);
            }
            if (lastBroken >= awaited) {
                // To try again one after the other would hold each of them as long as the store does not answer.
                throw DynamoRateLimiter.unavailable(null);
            }
        }
    }

    /** Null when only the store can tell. */
    private @Nullable Decision decide() {
        var now = micros();
        if (held > 0 && ticker.getAsLong() - heldUntil < 0) {
            held--;
            return allowed(now);
        }
        return terms.tokens(fullAt, now) == 0 ? refused(now) : null;
    }

    private Decision write(int wanted, long seen) {
        var askedAt = ticker.getAsLong();
        BucketStore.@Nullable Taken taken = null;
        try {
            taken = store.take(key, terms, wanted, seen, micros());
            return settle(taken, askedAt);
        } finally {
            wakeOthers(taken == null);
        }
    }

    /** The writer's own token is gone at once; the others find theirs among the held. */
    private synchronized Decision settle(BucketStore.Taken taken, long askedAt) {
        fullAt = Math.max(fullAt, taken.fullAt());
        held = Math.max(0, taken.tokens() - 1);
        heldUntil = askedAt + Terms.LEASE.toNanos();
        return taken.tokens() == 0 ? refused(micros()) : allowed(micros());
    }

    private synchronized void wakeOthers(boolean broken) {
        writing = false;
        if (broken) {
            lastBroken = writes;
        }
        notifyAll();
    }

    /** Doubles while leases are used up before they end, and shrinks to what was used when one ends with tokens left. */
    private int aheadOfNeed() {
        if (!terms.mayBeLeased()) {
            return 0;
        }
        var isHot = ticker.getAsLong() - heldUntil < 0;
        ahead = isHot && held == 0 ? Math.max(1, ahead * 2) : ahead / 2;
        ahead = Math.min(ahead, terms.tokens(fullAt, micros()) / SHARE_AHEAD);
        return ahead;
    }

    private Decision allowed(long now) {
        return new Decision(true, terms.perMinute(), terms.tokens(fullAt, now) + held, resetAt(now), Duration.ZERO);
    }

    private Decision refused(long now) {
        var wait = Duration.of(terms.wait(fullAt, now), ChronoUnit.MICROS);
        return new Decision(false, terms.perMinute(), 0, resetAt(now), wait);
    }

    private Instant resetAt(long now) {
        return Instant.EPOCH.plus(Math.max(fullAt, now), ChronoUnit.MICROS);
    }

    private long micros() {
        return ChronoUnit.MICROS.between(Instant.EPOCH, clock.instant());
    }
}
