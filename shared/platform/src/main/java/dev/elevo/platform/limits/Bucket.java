package dev.elevo.platform.limits;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What one instance knows of one bucket. Callers that come while a write is under way gather and share the next one; what it
 * grants is theirs however long it takes, since they asked before it. A busy bucket is asked for further tokens ahead of need,
 * which are good for {@link Terms#LEASE} and lost after it. A bucket that is known to be empty answers without a call, because
 * its time never goes back.
 */
final class Bucket {
    /** Of what is left, one write takes at the most this part ahead of need, so that near the end nothing is held back. */
    private static final int SHARE_AHEAD = 16;

    /** Within a lease: as many as of a single client that asks one thing after the other. */
    private static final int LEAST_EXPECTED = 4;

    private final BucketStore store;
    private final BucketKey key;
    private final Terms terms;
    private final InstantSource clock;
    private final LongSupplier ticker;

    private Batch gathering = new Batch();
    private boolean writing;
    private long fullAt;
    private long askedAt;
    private int leased;
    private long served;
    private int ahead;

    /** Callers that share one write. Guarded by the bucket. */
    private static final class Batch {
        private int callers;
        private int granted;
        private boolean settled;
        private boolean broken;
    }

    /** @param ticker nanoseconds of a clock that never jumps, for the age of leased tokens */
    Bucket(BucketStore store, BucketKey key, Terms terms, InstantSource clock, LongSupplier ticker) {
        this.store = store;
        this.key = key;
        this.terms = terms;
        this.clock = clock;
        this.ticker = ticker;
        this.askedAt = ticker.getAsLong() - Terms.LEASE.toNanos();
    }

    Decision take() {
        Batch batch;
        int wanted;
        long seen;
        synchronized (this) {
            batch = gathering;
            batch.callers++;
            var decided = decideOrWait(batch);
            if (decided != null) {
                return decided;
            }
            gathering = new Batch();
            writing = true;
            wanted = batch.callers + aheadOfNeed();
            seen = fullAt;
            // Before the write: a token ages from the moment it may have been taken.
            askedAt = ticker.getAsLong();
        }
        return write(batch, wanted, seen);
    }

    Decision peek() {
        var seen = store.fullAt(key);
        synchronized (this) {
            fullAt = Math.max(fullAt, seen);
            var now = micros();
            return terms.tokens(fullAt, now) > 0 ? allowed(now) : refused(now);
        }
    }

    /** Callers that will share the next write. */
    synchronized int waiting() {
        return gathering.callers;
    }

    /** Null when it is this caller's turn to write for its batch. */
    private @Nullable Decision decideOrWait(Batch batch) {
        while (true) {
            if (batch.settled) {
                return draw(batch);
            }
            // Once its batch is being written, a caller takes no other token: its own would be nobody's.
            var decided = batch == gathering ? decide() : null;
            if (decided != null) {
                leave(batch);
                return decided;
            }
            if (!writing) {
                return null;
            }
            try {
                wait();
            } catch (InterruptedException e) {
                leave(batch);
                Thread.currentThread().interrupt();
                throw DynamoRateLimiter.unavailable(e);
            }
        }
    }

    /** What was already asked for this caller is lost. */
    private void leave(Batch batch) {
        if (batch == gathering) {
            batch.callers--;
        }
    }

    /** Null when only the store can tell. */
    private @Nullable Decision decide() {
        var now = micros();
        if (ticker.getAsLong() - askedAt >= Terms.LEASE.toNanos()) {
            leased = 0;
        }
        if (leased > 0) {
            leased--;
            served++;
            return allowed(now);
        }
        return terms.tokens(fullAt, now) == 0 ? refused(now) : null;
    }

    private Decision draw(Batch batch) {
        if (batch.broken) {
            throw DynamoRateLimiter.unavailable(null);
        }
        if (batch.granted == 0) {
            return refused(micros());
        }
        batch.granted--;
        served++;
        return allowed(micros());
    }

    private Decision write(Batch batch, int wanted, long seen) {
        BucketStore.@Nullable Taken taken = null;
        try {
            taken = store.take(key, terms, wanted, seen, micros());
        } finally {
            settle(batch, taken);
        }
        synchronized (this) {
            return draw(batch);
        }
    }

    private synchronized void settle(Batch batch, BucketStore.@Nullable Taken taken) {
        writing = false;
        batch.settled = true;
        if (taken == null) {
            batch.broken = true;
        } else {
            fullAt = Math.max(fullAt, taken.fullAt());
            batch.granted = Math.min(taken.tokens(), batch.callers);
            leased = taken.tokens() - batch.granted;
        }
        notifyAll();
    }

    /**
     * Half of what the last write's time makes one expect for a lease, approached by doubling. Few expected ones come too
     * irregularly: what is leased for them is too often lost.
     */
    private int aheadOfNeed() {
        var age = Math.max(1, ticker.getAsLong() - askedAt);
        var expected = served * Terms.LEASE.toNanos() / age;
        served = 0;
        if (!terms.mayBeLeased() || age >= Terms.LEASE.toNanos() || expected < LEAST_EXPECTED) {
            ahead = 0;
            return 0;
        }
        var share = terms.tokens(fullAt, micros()) / SHARE_AHEAD;
        ahead = (int) Math.min(Math.min(Math.max(1, ahead * 2L), expected / 2), share);
        return ahead;
    }

    private Decision allowed(long now) {
        return new Decision(true, terms.perMinute(), terms.tokens(fullAt, now) + leased, resetAt(now), Duration.ZERO);
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
