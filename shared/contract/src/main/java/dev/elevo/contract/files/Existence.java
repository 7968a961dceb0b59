package dev.elevo.contract.files;

import io.micronaut.serde.annotation.Serdeable;
import org.jspecify.annotations.Nullable;

/** Whether there is something at the path, and what. */
@Serdeable
public record Existence(
        String path, boolean exists, @Nullable FileType type) {}
