package dev.elevo.platform.limits;

import java.time.Duration;

/**
 * A limit of N per minute in the terms of the generic cell rate algorithm: a bucket is one number, the time at which it will
 * be full again, and a token costs an interval of that time. All times in microseconds.
 *
 * @param interval in which one token comes back; rounded up, so that rounding never lets one more through
 * @param depth how far a bucket's time may run ahead of the clock: the whole bucket
 */
record Terms(int perMinute, long interval, long depth) {
    /** How long an instance may keep tokens it took ahead of need. */
    static final Duration LEASE = Duration.ofMillis(100);

    /** Smaller buckets are not leased from: what one instance kept back would be missed by another. */
    private static final int LEAST_LEASED = 300;

    private static final long MINUTE = 60_000_000;

    static Terms of(int perMinute) {
        if (perMinute < 1 || perMinute > MINUTE) {
            throw new IllegalArgumentException("a limit is 1 to " + MINUTE + " per minute: " + perMinute);
        }
        var interval = Math.ceilDiv(MINUTE, perMinute);
        return new Terms(perMinute, interval, (perMinute - leaseMargin(perMinute)) * interval);
    }

    boolean mayBeLeased() {
        return perMinute >= LEAST_LEASED;
    }

    /** Whole tokens in a bucket that will be full again at the given time. */
    int tokens(long fullAt, long now) {
        return Math.clamp((now + depth - Math.max(fullAt, now)) / interval, 0, perMinute);
    }

    /** How long until one token is there. */
    long wait(long fullAt, long now) {
        return Math.max(0, fullAt + interval - depth - now);
    }

    /**
     * A token passed later than it was taken makes room for another in the span in between. So a bucket that is leased from is
     * shallower than its limit by what comes back while a lease lasts, and the law holds for the time of passing as well.
     */
    private static long leaseMargin(int perMinute) {
        return perMinute < LEAST_LEASED ? 0 : Math.ceilDiv(perMinute * LEASE.toMillis(), 60_000);
    }
}
