package dev.elevo.contract.lsp;

import io.micronaut.serde.annotation.Serdeable;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import org.jspecify.annotations.Nullable;

/** A part of a text anew, or without a range all of it. */
@Serdeable
public record DocumentChange(
        @Nullable @Valid Range range,
        @NotNull @Size(max = 2_097_152) String text) {}
