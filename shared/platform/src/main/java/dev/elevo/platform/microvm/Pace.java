package dev.elevo.platform.microvm;

import java.time.Duration;
import java.util.OptionalLong;
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

    /**
     * Waits for its turn. False, at once, where that comes too late to be of use: then it is somebody else's.
     *
     * @param end by {@link System#nanoTime}
     */
    boolean await(long end) {
        var reserved = reserve(System.nanoTime(), end);
        if (reserved.isEmpty()) {
            return false;
        }
        var turn = reserved.getAsLong();
        for (var left = turn - System.nanoTime(); left > 0; left = turn - System.nanoTime()) {
            LockSupport.parkNanos(left);
            if (Thread.currentThread().isInterrupted()) {
                return true; // what comes next ends by itself
            }
        }
        return true;
    }

    private synchronized OptionalLong reserve(long now, long end) {
        // From now, not from the last turn alone: an idle second must not be saved up beyond the burst.
        var after = Math.max(next, now) + interval;
        var turn = after - interval - tolerance;
        if (turn > end) {
            return OptionalLong.empty();
        }
        next = after;
        return OptionalLong.of(turn);
    }
}
