package dev.elevo.contract.volume;

import io.micronaut.serde.annotation.Serdeable;
import jakarta.validation.constraints.NotNull;

/** The body of {@code POST /volumes/{id}/resize}. What is out of range has an error of its own. */
@Serdeable
public record ResizeVolume(@NotNull Integer sizeGB) {}
