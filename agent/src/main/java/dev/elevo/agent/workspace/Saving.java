package dev.elevo.agent.workspace;

import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import dev.elevo.contract.agent.SaveStatus;
import dev.elevo.contract.agent.SnapshotStatus.Progress;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future.State;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The work at one order, which goes on without those who wait for it. */
final class Saving {
    private static final Logger LOG = LoggerFactory.getLogger(Saving.class);

    private final FutureTask<SaveStatus> work;
    private volatile @Nullable PartsOutput output;
    private volatile boolean isGivenUp;

    Saving(Function<Saving, SaveStatus> work) {
        this.work = new FutureTask<>(() -> work.apply(this));
    }

    void start(String id) {
        Thread.ofPlatform().name("save " + id).daemon().start(work);
    }

    /** Its turn has come. */
    void writesTo(PartsOutput parts) {
        output = parts;
        if (isGivenUp) {
            parts.giveUp();
        }
    }

    SaveStatus await(int millis) {
        try {
            return work.get(millis, TimeUnit.MILLISECONDS);
        } catch (TimeoutException notDone) {
            return soFar();
        } catch (ExecutionException e) {
            LOG.error("files were not saved", e);
            return SaveStatus.failed(new Failure.Refused(ErrorCode.INTERNAL_ERROR, "The files could not be saved"));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return soFar();
        }
    }

    private SaveStatus soFar() {
        var parts = output;
        return parts == null ? SaveStatus.of(Progress.WAITING, 0) : SaveStatus.of(Progress.AT_WORK, parts.taken());
    }

    /** Whether something would be lost with the machine. */
    boolean isWanted() {
        return work.state() == State.RUNNING
                || (work.state() == State.SUCCESS && work.resultNow().progress() == Progress.DONE);
    }

    boolean isOver() {
        return work.isDone();
    }

    boolean isGivenUp() {
        return isGivenUp;
    }

    /** What is under way ends soon. Its thread is not interrupted, which may load a class just now that others need. */
    void giveUp() {
        isGivenUp = true;
        var parts = output;
        if (parts != null) {
            parts.giveUp();
        }
    }
}
