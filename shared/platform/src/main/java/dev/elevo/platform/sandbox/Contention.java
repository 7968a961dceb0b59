package dev.elevo.platform.sandbox;

import dev.elevo.contract.Failure;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;
import software.amazon.awssdk.services.dynamodb.model.TransactionConflictException;
import software.amazon.awssdk.services.dynamodb.model.TransactionInProgressException;

/**
 * Tries again when another transaction held the same item for a moment, as the counters of a busy organization make likely.
 * A lost condition is no contention; it passes through.
 */
public final class Contention {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final long FIRST_PAUSE_MILLIS = 4;
    private static final long LONGEST_PAUSE_MILLIS = 120;

    private Contention() {}

    public static <T> T overcome(Supplier<T> attempt) {
        var giveUpAt = System.nanoTime() + PATIENCE.toNanos();
        for (long pause = FIRST_PAUSE_MILLIS; ; pause = Math.min(2 * pause, LONGEST_PAUSE_MILLIS)) {
            try {
                return attempt.get();
            } catch (TransactionConflictException | TransactionInProgressException e) {
                pauseOrGiveUp(pause, giveUpAt, e);
            } catch (TransactionCanceledException e) {
                if (!conflicted(e)) {
                    throw e;
                }
                pauseOrGiveUp(pause, giveUpAt, e);
            }
        }
    }

    /** A failed condition beats a conflict: it would fail again. */
    private static boolean conflicted(TransactionCanceledException e) {
        var codes =
                e.cancellationReasons().stream().map(reason -> reason.code()).toList();
        return codes.contains("TransactionConflict") && !codes.contains("ConditionalCheckFailed");
    }

    private static void pauseOrGiveUp(long pause, long giveUpAt, RuntimeException cause) {
        if (System.nanoTime() > giveUpAt) {
            throw busy().causedBy(cause);
        }
        try {
            // A random time, so that those who collided do not collide again.
            Thread.sleep(ThreadLocalRandom.current().nextLong(1, pause + 1));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw busy().causedBy(e);
        }
    }

    private static Failure busy() {
        return new Failure.Unavailable("Too many changes at the same time", Duration.ofSeconds(1));
    }
}
