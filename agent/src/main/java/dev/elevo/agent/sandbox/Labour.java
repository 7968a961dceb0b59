package dev.elevo.agent.sandbox;

import dev.elevo.contract.agent.SnapshotStatus;
import dev.elevo.contract.agent.SnapshotStatus.Progress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/** Work at a snapshot, which goes on without those who wait for it. */
final class Labour {
    private final Function<Labour, SnapshotStatus> work;
    private final CompletableFuture<SnapshotStatus> outcome = new CompletableFuture<>();
    private volatile Progress progress = Progress.AT_WORK;

    Labour(Function<Labour, SnapshotStatus> work) {
        this.work = work;
    }

    Labour start(String name) {
        Thread.ofPlatform().name(name).daemon().start(this::run);
        return this;
    }

    private void run() {
        try {
            complete(work.apply(this));
        } catch (RuntimeException | Error e) {
            outcome.completeExceptionally(e);
        }
    }

    /** All that somebody waits for is done; it may be that there is something to tidy up. */
    void complete(SnapshotStatus status) {
        outcome.complete(status);
    }

    void become(Progress other) {
        progress = other;
    }

    /** While it is not done. */
    SnapshotStatus status() {
        return SnapshotStatus.of(progress);
    }

    SnapshotStatus await(int millis) {
        try {
            return outcome.get(millis, TimeUnit.MILLISECONDS);
        } catch (TimeoutException notDone) {
            return status();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException known ? known : new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return status();
        }
    }
}
