package dev.elevo.localstack.runtime;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What one execution environment and its service tell each other, apart from how: one invocation at a time, fetched by the
 * function when it has nothing to do, and answered once.
 */
final class Conversation {
    private final CompletableFuture<Void> started = new CompletableFuture<>();

    /** The function is ready for its snapshot, and goes on when it is restored. */
    private final CompletableFuture<Void> ready = new CompletableFuture<>();

    private final CompletableFuture<Void> restored = new CompletableFuture<>();

    /** The function waits for work. */
    private @Nullable CompletableFuture<Invocation> asking;

    /** Handed over, or waiting to be. */
    private @Nullable Invocation current;

    private boolean isFetched;
    private @Nullable String end;

    /** Done when the function asks for work for the first time. */
    CompletableFuture<Void> started() {
        return started;
    }

    CompletableFuture<Void> ready() {
        return ready;
    }

    CompletableFuture<Void> restored() {
        return restored;
    }

    synchronized void begin(Invocation invocation) {
        if (current != null) {
            throw new IllegalStateException("an environment does one thing at a time");
        }
        if (end != null) {
            invocation.fail(end);
            return;
        }
        current = invocation;
        // Not taken when the connection on which it asked is gone: then it will ask again.
        isFetched = asking != null && asking.complete(invocation);
        asking = null;
    }

    /** Empty when it has not done yet what it fetched before. */
    synchronized Optional<CompletableFuture<Invocation>> next() {
        if (current != null && isFetched) {
            return Optional.empty();
        }
        started.complete(null);
        var asked = new CompletableFuture<Invocation>();
        if (current == null) {
            asking = asked;
        } else {
            isFetched = true;
            asked.complete(current);
        }
        return Optional.of(asked);
    }

    /** The invocation of that id, which is over with this; empty when none such is under way. */
    synchronized Optional<Invocation> finish(String id) {
        if (current == null || !isFetched || !current.id().equals(id)) {
            return Optional.empty();
        }
        var finished = Optional.of(current);
        current = null;
        return finished;
    }

    synchronized boolean isOver() {
        return end != null;
    }

    /** There will be no answer any more: the process has ended, or never became able to work. */
    synchronized void end(String why) {
        if (end == null) {
            end = why;
        }
        started.completeExceptionally(new FunctionFailedException(end));
        ready.completeExceptionally(new FunctionFailedException(end));
        if (current != null) {
            current.fail(end);
            current = null;
        }
    }
}
