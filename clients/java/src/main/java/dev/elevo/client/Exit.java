package dev.elevo.client;

import org.jspecify.annotations.Nullable;

/**
 * How a process ended.
 *
 * @param exitCode -1 after a signal
 * @param signal such as {@code SIGKILL}
 */
public record Exit(int exitCode, @Nullable String signal, boolean timedOut, long durationMs) {}
