package dev.elevo.contract.lsp;

import io.micronaut.serde.annotation.Serdeable;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import org.jspecify.annotations.Nullable;

/** About a place in a file. */
@Serdeable
public record PositionQuery(
        @NotNull String path,
        @Nullable String serverId,
        @NotNull @Valid Position position) {}
