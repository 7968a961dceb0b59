package dev.elevo.contract.lsp;

import io.micronaut.serde.annotation.Serdeable;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import org.jspecify.annotations.Nullable;

/** Where that which stands at a place is named; true is the default. */
@Serdeable
public record ReferencesQuery(
        @NotNull String path,
        @Nullable String serverId,
        @NotNull @Valid Position position,
        @Nullable Boolean includeDeclaration) {}
