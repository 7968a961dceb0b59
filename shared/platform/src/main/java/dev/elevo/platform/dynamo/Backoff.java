package dev.elevo.platform.dynamo;

import dev.elevo.contract.Failure;
import java.security.SecureRandom;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The pauses between attempts at a table that is busy: longer each time, and not for ever. */
public final class Backoff {
    /** Not of the thread: instances that begin with one snapshot would all wait the same time. */
    private static final SecureRandom RANDOM = new SecureRandom();

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final long FIRST_PAUSE_MILLIS = 4;
    private static final long LONGEST_PAUSE_MILLIS = 120;

    private final long giveUpAt = System.nanoTime() + PATIENCE.toNanos();
    private long pause = FIRST_PAUSE_MILLIS;

    /**
     * Waits a little, a random time, so that those who collided do not collide again.
     *
     * @param cause why there must be another attempt, if something was thrown
     * @throws dev.elevo.contract.ApiException that was the last one
     */
    public void pause(@Nullable RuntimeException cause) {
        if (System.nanoTime() > giveUpAt) {
            throw busy(cause);
        }
        try {
            Thread.sleep(RANDOM.nextLong(1, pause + 1));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw busy(e);
        }
        pause = Math.min(2 * pause, LONGEST_PAUSE_MILLIS);
    }

    private static RuntimeException busy(@Nullable Throwable cause) {
        var failure = new Failure.Unavailable("Too many changes at the same time", Duration.ofSeconds(1));
        return cause == null ? failure.asException() : failure.causedBy(cause);
    }
}
