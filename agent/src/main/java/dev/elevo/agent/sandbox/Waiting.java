package dev.elevo.agent.sandbox;

import dev.elevo.contract.agent.SnapshotStatus;
import dev.elevo.contract.agent.SnapshotStatus.Progress;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waits for work that goes on without those who wait. */
final class Waiting {
    private Waiting() {}

    static SnapshotStatus await(Future<SnapshotStatus> work, int millis) {
        try {
            return work.get(millis, TimeUnit.MILLISECONDS);
        } catch (TimeoutException stillAtWork) {
            return SnapshotStatus.of(Progress.AT_WORK);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException known ? known : new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return SnapshotStatus.of(Progress.AT_WORK);
        }
    }
}
