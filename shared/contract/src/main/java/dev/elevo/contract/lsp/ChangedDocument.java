package dev.elevo.contract.lsp;

import io.micronaut.serde.annotation.Serdeable;

/** The version that the file has now. */
@Serdeable
public record ChangedDocument(boolean success, String message, int version) {}
