package dev.elevo.contract.lsp;

import io.micronaut.serde.annotation.Serdeable;
import java.util.List;

/** Edits of one file. */
@Serdeable
public record TextEdits(List<TextEdit> edits) {}
