package dev.elevo.contract.agent;

import dev.elevo.contract.Failure;
import dev.elevo.contract.agent.SnapshotStatus.Progress;
import io.micronaut.serde.annotation.Serdeable;
import org.jspecify.annotations.Nullable;

/**
 * How far an order to save files is.
 *
 * @param bytes that the store has taken so far
 * @param others orders of this machine that are under way or done, and not forgotten
 * @param saved what came of it, when it is done
 * @param code number of the error that it failed with
 * @param reason in words for the client
 */
@Serdeable
public record SaveStatus(
        Progress progress,
        long bytes,
        int others,
        @Nullable SavedWorkspace saved,
        @Nullable Integer code,
        @Nullable String reason) {

    public static SaveStatus of(Progress progress, long bytes) {
        return new SaveStatus(progress, bytes, 0, null, null, null);
    }

    public static SaveStatus done(SavedWorkspace saved) {
        return new SaveStatus(Progress.DONE, saved.bytes(), 0, saved, null, null);
    }

    public static SaveStatus failed(Failure failure) {
        return new SaveStatus(Progress.FAILED, 0, 0, null, failure.code().number(), failure.message());
    }

    public SaveStatus beside(int count) {
        return new SaveStatus(progress, bytes, count, saved, code, reason);
    }

    /** Whether somebody is there who will bring it further. */
    public boolean isUnderWay() {
        return progress == Progress.AT_WORK || progress == Progress.WAITING;
    }
}
