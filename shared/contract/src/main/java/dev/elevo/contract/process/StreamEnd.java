package dev.elevo.contract.process;

import io.micronaut.serde.annotation.Serdeable;
import org.jspecify.annotations.Nullable;

/** A {@link RunResult} whose output was streamed. */
@Serdeable
public record StreamEnd(
        int exitCode,
        @Nullable String error,
        @Nullable String signal,
        long durationMs,
        boolean timedOut,
        boolean truncated) {}
