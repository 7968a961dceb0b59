package dev.elevo.contract.lsp;

import io.micronaut.serde.annotation.Serdeable;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;

/** A part of a text, without what its end stands before. */
@Serdeable
public record Range(
        @NotNull @Valid Position start, @NotNull @Valid Position end) {}
