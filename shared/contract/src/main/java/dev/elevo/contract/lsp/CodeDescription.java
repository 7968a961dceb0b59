package dev.elevo.contract.lsp;

import io.micronaut.serde.annotation.Serdeable;

/** Where a code is explained. */
@Serdeable
public record CodeDescription(String href) {}
