package dev.elevo.contract.lsp;

import io.micronaut.serde.annotation.Serdeable;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A language server.
 *
 * @param running false while it starts, and while it rests until the next query
 */
@Serdeable
public record LspServerInfo(
        String id,
        String language,
        String projectPath,
        String serverName,
        @Nullable String serverVersion,
        boolean running,
        Instant createdAt,
        Instant lastActivityAt) {}
