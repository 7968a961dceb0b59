package dev.elevo.agent.sandbox;

import dev.elevo.agent.AgentConfiguration;
import dev.elevo.contract.Ids;
import dev.elevo.contract.agent.SandboxSecret;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The secrets of the sandboxes, each beside its sandbox's record and gone with it. */
@Singleton
public final class SandboxSecrets {
    private static final Logger LOG = LoggerFactory.getLogger(SandboxSecrets.class);
    private static final String FILE = "secret";

    private final Path sandboxes;

    public SandboxSecrets(AgentConfiguration configuration) {
        this.sandboxes = configuration.directory().resolve("sandboxes");
    }

    /** Empty also for one that cannot be read: a signature opens the sandbox all the same. */
    public Optional<SandboxSecret> of(String sandboxId) {
        if (!Ids.SANDBOX.matches(sandboxId)) {
            return Optional.empty();
        }
        try {
            return Optional.of(SandboxSecret.parse(Files.readString(sandboxes.resolve(sandboxId, FILE))));
        } catch (NoSuchFileException unknown) {
            return Optional.empty();
        } catch (IOException | IllegalArgumentException e) {
            LOG.warn("the secret of sandbox {} cannot be read: {}", sandboxId, e.getMessage());
            return Optional.empty();
        }
    }

    /** Before the sandbox has a record, so that none ever lacks it. */
    public void keep(String sandboxId, SandboxSecret secret) throws IOException {
        Files.writeString(Files.createDirectories(sandboxes.resolve(sandboxId)).resolve(FILE), secret.text());
    }
}
