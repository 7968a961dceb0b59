package dev.elevo.contract.lsp;

import io.micronaut.serde.annotation.Serdeable;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.jspecify.annotations.Nullable;

/** 4 spaces by default. */
@Serdeable
public record FormatOptions(
        @Nullable @Min(1) @Max(16) Integer tabSize,
        @Nullable Boolean insertSpaces) {}
