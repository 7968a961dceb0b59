package dev.elevo.contract.lsp;

import io.micronaut.serde.annotation.Serdeable;

/** A part of a file. */
@Serdeable
public record Location(String uri, Range range) {}
