package dev.elevo.contract.git;

import io.micronaut.serde.annotation.Serdeable;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;

/** Somebody who wrote a commit with its author. */
@Serdeable
public record CoAuthor(
        @NotNull @Size(min = 1, max = 255) String name,
        @NotNull @Size(min = 1, max = 255) String email) {}
