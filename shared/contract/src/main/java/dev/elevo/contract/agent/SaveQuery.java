package dev.elevo.contract.agent;

import io.micronaut.serde.annotation.Serdeable;

/**
 * Which order to save files is meant.
 *
 * @param waitMs until when at most it is waited for
 */
@Serdeable
public record SaveQuery(String id, int waitMs) {}
