package dev.elevo.contract.lsp;

import io.micronaut.serde.annotation.Serdeable;
import jakarta.validation.constraints.NotNull;

/** A file that is again as it is on disk. */
@Serdeable
public record CloseDocument(@NotNull String path) {}
