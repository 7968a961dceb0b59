package dev.elevo.contract.files;

import io.micronaut.serde.annotation.Serdeable;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** When a file was changed last, both ends included. */
@Serdeable
public record ModifiedRange(
        @Nullable Instant after, @Nullable Instant before) {}
