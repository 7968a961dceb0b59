package dev.elevo.agent.process;

import io.micronaut.serde.annotation.Serdeable;
import java.time.Instant;

/**
 * Lies beside the output of a running process as soon as there is any on disk: the sign that it must be found again, or that it
 * ended unseen.
 */
@Serdeable
record RunningMark(ProcessNote note, long helperId, int pid, long startedAtMillis) {
    static final String FILE = "running";

    Instant startedAt() {
        return Instant.ofEpochMilli(startedAtMillis);
    }
}
