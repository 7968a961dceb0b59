package dev.elevo.contract.agent;

import io.micronaut.serde.annotation.Serdeable;

/**
 * Bytes for a terminal.
 *
 * @param base64 of them
 */
@Serdeable
public record PtyInput(String base64) {}
