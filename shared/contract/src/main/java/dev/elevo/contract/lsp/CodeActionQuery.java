package dev.elevo.contract.lsp;

import io.micronaut.serde.annotation.Serdeable;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What could be changed in a part of a file.
 *
 * @param diagnostics to be mended; those that are known of the part are the default
 * @param only kinds of actions
 */
@Serdeable
public record CodeActionQuery(
        @NotNull String path,
        @Nullable String serverId,
        @NotNull @Valid Range range,
        @Nullable @Size(max = 1000) List<@NotNull @Valid Diagnostic> diagnostics,
        @Nullable @Size(max = 50) List<@NotNull @Size(min = 1, max = 255) String> only) {}
