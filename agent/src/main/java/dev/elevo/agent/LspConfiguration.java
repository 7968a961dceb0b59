package dev.elevo.agent;

import io.micronaut.context.annotation.Value;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * What the agent is told of language servers.
 *
 * @param home where {@code ./elevo doctor --install-lsp} puts them ({@code ELEVO_LSP_HOME}); empty for nowhere
 * @param idleMs without a query, after which one is ended until the next
 */
@Singleton
public record LspConfiguration(
        @Value("${elevo.lsp.home:}") String home,
        @Value("${elevo.lsp.idle.ms:600000}") long idleMs) {

    /** Where sandboxes see what is installed. */
    public static final String INSIDE = "/opt/elevo/lsp";

    private static final String CURRENT = "current";

    /**
     * A layer for the root of sandboxes that has what is installed at {@link #INSIDE}. It never changes: another installation is
     * another directory, and what runs stays on its own.
     */
    public Optional<Path> layer() throws IOException {
        if (home.isBlank()) {
            return Optional.empty();
        }
        var current = Path.of(home, CURRENT);
        return Files.isDirectory(current) ? Optional.of(current.toRealPath()) : Optional.empty();
    }

    public Duration idle() {
        return Duration.ofMillis(idleMs);
    }
}
