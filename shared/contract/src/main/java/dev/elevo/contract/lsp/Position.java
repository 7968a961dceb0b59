package dev.elevo.contract.lsp;

import io.micronaut.serde.annotation.Serdeable;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;

/** A place between two characters of a text. */
@Serdeable
public record Position(
        @NotNull @Min(0) Integer line, @NotNull @Min(0) Integer character) {}
