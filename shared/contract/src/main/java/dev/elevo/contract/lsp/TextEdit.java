package dev.elevo.contract.lsp;

import io.micronaut.serde.annotation.Serdeable;

/** What to put in the place of a part of a text. */
@Serdeable
public record TextEdit(Range range, String newText) {}
