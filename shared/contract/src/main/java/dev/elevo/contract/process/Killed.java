package dev.elevo.contract.process;

import io.micronaut.serde.annotation.Serdeable;
import org.jspecify.annotations.Nullable;

/**
 * What became of a signal.
 *
 * @param exited whether the process is known to be over
 * @param exitCode where it was waited for
 */
@Serdeable
public record Killed(
        boolean success,
        String message,
        int pid,
        String signal,
        boolean exited,
        @Nullable Integer exitCode) {}
