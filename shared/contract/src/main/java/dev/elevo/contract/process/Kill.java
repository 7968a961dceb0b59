package dev.elevo.contract.process;

import io.micronaut.serde.annotation.Serdeable;

/**
 * How to end a process.
 *
 * @param signal by its name, to the process group
 * @param await whether to wait for the end, {@code timeoutMs} at most
 */
@Serdeable
public record Kill(String signal, boolean await, int timeoutMs) {}
