package dev.elevo.contract.preview;

import io.micronaut.serde.annotation.Serdeable;

/** Under which name a port of a sandbox is reached. */
@Serdeable
public record PortHost(String host, int port) {}
