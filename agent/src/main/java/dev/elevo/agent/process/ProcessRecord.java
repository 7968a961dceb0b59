package dev.elevo.agent.process;

import dev.elevo.agent.helper.Reply;
import io.micronaut.serde.annotation.Serdeable;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How a process ended.
 *
 * @param code the exit code, or the number of the signal
 * @param lost it ended with its sandbox, unseen
 * @param inFiles its output is in files of its own
 * @param memoryLimitMB the sandbox's, where that was the end of it; absent otherwise
 * @param bombed whether it was killed with a fork bomb beside it; absent in records of former versions
 * @param written what is known of its output when the files are gone; absent in records of former versions
 */
@Serdeable
record ProcessRecord(
        ProcessNote note,
        int pid,
        long startedAtMillis,
        long endedAtMillis,
        long durationMillis,
        boolean bySignal,
        int code,
        boolean timedOut,
        boolean lost,
        boolean inFiles,
        @Nullable Integer memoryLimitMB,
        @Nullable Boolean bombed,
        Output.@Nullable Point written) {

    private static final int UNKNOWN_EXIT = -1;

    static ProcessRecord ended(
            ProcessNote note,
            int pid,
            Instant startedAt,
            Reply.Ended end,
            LiveOutput.Ending output,
            @Nullable Integer memoryLimitMB,
            boolean bombed) {
        return new ProcessRecord(
                note,
                pid,
                startedAt.toEpochMilli(),
                end.endedAt().toEpochMilli(),
                end.duration().toMillis(),
                end.bySignal(),
                end.code(),
                end.timedOut(),
                false,
                output.inFiles(),
                memoryLimitMB,
                bombed,
                output.total());
    }

    static ProcessRecord lost(
            ProcessNote note, int pid, Instant startedAt, Instant now, boolean inFiles, Output.Point written) {
        return new ProcessRecord(
                note,
                pid,
                startedAt.toEpochMilli(),
                now.toEpochMilli(),
                Duration.between(startedAt, now).toMillis(),
                false,
                UNKNOWN_EXIT,
                false,
                true,
                inFiles,
                null,
                null,
                written);
    }

    /** As the API tells it: -1 for an end by signal. */
    int exitCode() {
        return bySignal ? UNKNOWN_EXIT : code;
    }

    boolean wasBombed() {
        return Boolean.TRUE.equals(bombed);
    }

    Instant startedAt() {
        return Instant.ofEpochMilli(startedAtMillis);
    }

    Instant endedAt() {
        return Instant.ofEpochMilli(endedAtMillis);
    }
}
