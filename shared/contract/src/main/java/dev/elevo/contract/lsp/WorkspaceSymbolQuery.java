package dev.elevo.contract.lsp;

import io.micronaut.serde.annotation.Serdeable;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What has such a name in a whole project; 100 by default, of all servers. */
@Serdeable
public record WorkspaceSymbolQuery(
        @NotNull @Size(max = 255) String query,
        @Nullable @Size(max = 26) List<@NotNull @Min(1) @Max(26) Integer> kinds,
        @Nullable @Min(1) @Max(1000) Integer limit,
        @Nullable String serverId) {}
