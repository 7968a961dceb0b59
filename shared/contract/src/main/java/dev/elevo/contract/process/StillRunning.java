package dev.elevo.contract.process;

import io.micronaut.serde.annotation.Serdeable;
import java.time.Instant;

/** The request's time was up before the command's; the result waits to be fetched (HTTP 202). */
@Serdeable
public record StillRunning(int pid, String state, String command, Instant startedAt) implements RunAnswer {
    public StillRunning(int pid, String command, Instant startedAt) {
        this(pid, "running", command, startedAt);
    }
}
