package dev.elevo.contract.lsp;

import io.micronaut.serde.annotation.Serdeable;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import org.jspecify.annotations.Nullable;

/** How a file, or a part of it, should look. */
@Serdeable
public record FormatQuery(
        @NotNull String path,
        @Nullable String serverId,
        @Nullable @Valid FormatOptions options,
        @Nullable @Valid Range range) {}
