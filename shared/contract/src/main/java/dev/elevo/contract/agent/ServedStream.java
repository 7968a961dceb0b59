package dev.elevo.contract.agent;

import io.micronaut.serde.annotation.Serdeable;

/**
 * A connection of the gateway that is served.
 *
 * @param grantEnding whether the right to write to it ends soon, or has ended
 */
@Serdeable
public record ServedStream(String connectionId, boolean grantEnding) {}
