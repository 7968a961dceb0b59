package dev.elevo.contract.lsp;

import io.micronaut.serde.annotation.Serdeable;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Changes of an open file, one after the other. */
@Serdeable
public record ChangeDocument(
        @NotNull String path,
        @NotNull @Size(min = 1, max = 1000) List<@NotNull @Valid DocumentChange> changes,
        @Nullable Integer version) {}
