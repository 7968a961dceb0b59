package dev.elevo.agent.http;

import dev.elevo.agent.AgentConfiguration;
import dev.elevo.contract.Ids;
import dev.elevo.contract.agent.SandboxSecret;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/** The secrets of the sandboxes, each beside its sandbox's record and gone with it. */
@Singleton
final class SandboxSecrets {
    private static final String FILE = "secret";

    private final Path sandboxes;

    SandboxSecrets(AgentConfiguration configuration) {
        this.sandboxes = configuration.directory().resolve("sandboxes");
    }

    Optional<SandboxSecret> of(String sandboxId) {
        if (!Ids.SANDBOX.matches(sandboxId)) {
            return Optional.empty();
        }
        try {
            return Optional.of(SandboxSecret.parse(Files.readString(sandboxes.resolve(sandboxId, FILE))));
        } catch (NoSuchFileException unknown) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @param sandboxId of a sandbox that is there */
    void keep(String sandboxId, SandboxSecret secret) {
        try {
            var home = sandboxes.resolve(sandboxId);
            var written = Files.createTempFile(home, FILE, null);
            Files.writeString(written, secret.text());
            Files.move(written, home.resolve(FILE), StandardCopyOption.ATOMIC_MOVE);
        } catch (NoSuchFileException deletedMeanwhile) {
            // Nobody will ask for it again.
            return;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
