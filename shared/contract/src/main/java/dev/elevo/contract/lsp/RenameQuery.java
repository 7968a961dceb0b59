package dev.elevo.contract.lsp;

import io.micronaut.serde.annotation.Serdeable;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import org.jspecify.annotations.Nullable;

/** Another name for that which stands at a place. */
@Serdeable
public record RenameQuery(
        @NotNull String path,
        @Nullable String serverId,
        @NotNull @Valid Position position,
        @NotNull @Size(min = 1, max = 255) String newName) {}
