package dev.elevo.contract.agent;

import io.micronaut.serde.annotation.Serdeable;
import org.jspecify.annotations.Nullable;

/**
 * How far the work at a snapshot is.
 *
 * @param size bytes of all its files
 * @param stored bytes that were not there before it was taken
 * @param code number of the error that it failed with
 * @param reason in words for the client
 */
@Serdeable
public record SnapshotStatus(
        Progress progress,
        long size,
        long stored,
        @Nullable Integer code,
        @Nullable String reason) {

    /** Absent is also what somebody worked at who died; waiting is what a host begins that works at enough others. */
    public enum Progress {
        ABSENT,
        WAITING,
        AT_WORK,
        DONE,
        FAILED
    }

    /** Whether somebody is there who will bring it further. */
    public boolean isUnderWay() {
        return progress == Progress.AT_WORK || progress == Progress.WAITING;
    }

    public static SnapshotStatus of(Progress progress) {
        return new SnapshotStatus(progress, 0, 0, null, null);
    }
}
