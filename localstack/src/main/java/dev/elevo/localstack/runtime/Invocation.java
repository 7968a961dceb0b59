package dev.elevo.localstack.runtime;

import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/**
 * One event on its way through a function.
 *
 * @param event JSON
 * @param result the function's JSON, or a {@link FunctionFailedException}
 */
record Invocation(String id, String event, Instant deadline, CompletableFuture<String> result) {

    Invocation(String event, Instant deadline) {
        this(UUID.randomUUID().toString(), event, deadline, new CompletableFuture<>());
    }

    void fail(String why) {
        result.completeExceptionally(new FunctionFailedException(why));
    }
}
