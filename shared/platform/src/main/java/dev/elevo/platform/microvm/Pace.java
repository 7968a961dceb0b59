package dev.elevo.platform.microvm;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * Lets calls of one kind through as often as the account may make them, as a bucket that holds one second's worth. It knows of this
 * process alone; what others do meanwhile the service says with 429.
 */
final class Pace {
    private final long interval;
    private final long tolerance;
    private long next = System.nanoTime();

    Pace(int perSecond) {
        this.interval = Duration.ofSeconds(1).dividedBy(perSecond).toNanos();
        this.tolerance = interval * (perSecond - 1);
    }

    /** Waits for its turn. */
    void await() {
        var turn = reserve(System.nanoTime());
        for (var left = turn - System.nanoTime(); left > 0; left = turn - System.nanoTime()) {
            LockSupport.parkNanos(left);
            if (Thread.currentThread().isInterrupted()) {
                return; // what comes next ends by itself
            }
        }
    }

    private synchronized long reserve(long now) {
        // From now, not from the last turn alone: an idle second must not be saved up beyond the burst.
        next = Math.max(next, now) + interval;
        return next - interval - tolerance;
    }
}
