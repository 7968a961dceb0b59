package dev.elevo.contract.lsp;

import io.micronaut.serde.annotation.Serdeable;

/** What else has to do with a diagnostic. */
@Serdeable
public record RelatedInformation(Location location, String message) {}
