package dev.elevo.contract.lsp;

import io.micronaut.serde.annotation.Serdeable;
import java.util.List;

/** All of a file. */
@Serdeable
public record Diagnostics(List<Diagnostic> diagnostics) {}
