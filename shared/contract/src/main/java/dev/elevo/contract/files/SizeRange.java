package dev.elevo.contract.files;

import io.micronaut.serde.annotation.Serdeable;
import jakarta.validation.constraints.Min;
import org.jspecify.annotations.Nullable;

/** In bytes, both ends included. */
@Serdeable
public record SizeRange(
        @Nullable @Min(0) Long min, @Nullable @Min(0) Long max) {}
