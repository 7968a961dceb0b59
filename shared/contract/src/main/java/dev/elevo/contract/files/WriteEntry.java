package dev.elevo.contract.files;

import io.micronaut.serde.annotation.Serdeable;
import jakarta.validation.constraints.NotNull;
import org.jspecify.annotations.Nullable;

/** One of several files to be written, see {@link WriteRequest}. */
@Serdeable
public record WriteEntry(
        @NotNull String path,
        @NotNull String content,
        @Nullable String encoding,
        @Nullable FileMode mode,
        @Nullable Boolean createParents,
        @Nullable Boolean overwrite) {}
