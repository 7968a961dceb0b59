package dev.elevo.contract.agent;

import io.micronaut.serde.annotation.Serdeable;

/** Word that a connection of the gateway is about something inside a sandbox, and how to write to it. */
@Serdeable
public record AttachStream(StreamTarget target, ConnectionGrant grant) {}
