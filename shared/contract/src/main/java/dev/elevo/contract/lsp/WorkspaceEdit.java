package dev.elevo.contract.lsp;

import io.micronaut.serde.annotation.Serdeable;
import java.util.List;
import java.util.Map;

/** Edits by the address of the file that they are for. */
@Serdeable
public record WorkspaceEdit(Map<String, List<TextEdit>> changes) {}
