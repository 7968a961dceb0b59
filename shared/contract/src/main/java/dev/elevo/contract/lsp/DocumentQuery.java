package dev.elevo.contract.lsp;

import io.micronaut.serde.annotation.Serdeable;
import jakarta.validation.constraints.NotNull;
import org.jspecify.annotations.Nullable;

/** About a file; a server that is left out is chosen by it. */
@Serdeable
public record DocumentQuery(@NotNull String path, @Nullable String serverId) {}
