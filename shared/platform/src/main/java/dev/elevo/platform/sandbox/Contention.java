package dev.elevo.platform.sandbox;

import dev.elevo.platform.dynamo.Backoff;
import java.util.function.Supplier;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;
import software.amazon.awssdk.services.dynamodb.model.TransactionConflictException;
import software.amazon.awssdk.services.dynamodb.model.TransactionInProgressException;

/**
 * Tries again when another transaction held the same item for a moment, as the counters of a busy organization make likely.
 * A lost condition is no contention; it passes through.
 */
public final class Contention {
    private Contention() {}

    public static <T> T overcome(Supplier<T> attempt) {
        var backoff = new Backoff();
        while (true) {
            try {
                return attempt.get();
            } catch (TransactionConflictException | TransactionInProgressException e) {
                backoff.pause(e);
            } catch (TransactionCanceledException e) {
                if (!conflicted(e)) {
                    throw e;
                }
                backoff.pause(e);
            }
        }
    }

    /** A failed condition beats a conflict: it would fail again. */
    private static boolean conflicted(TransactionCanceledException e) {
        var codes =
                e.cancellationReasons().stream().map(reason -> reason.code()).toList();
        return codes.contains("TransactionConflict") && !codes.contains("ConditionalCheckFailed");
    }
}
