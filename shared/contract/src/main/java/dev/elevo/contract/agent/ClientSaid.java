package dev.elevo.contract.agent;

import io.micronaut.serde.annotation.Serdeable;

/** One message of a client, as it came. */
@Serdeable
public record ClientSaid(String text) {}
