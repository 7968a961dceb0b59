package dev.elevo.contract.lsp;

import io.micronaut.serde.annotation.Serdeable;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import org.jspecify.annotations.Nullable;

/** A file whose content is what the client says, whatever is on disk. */
@Serdeable
public record OpenDocument(
        @NotNull String path,
        @Nullable @Size(max = 2_097_152) String content,
        @Nullable Integer version) {}
