package dev.elevo.agent.stream;

import dev.elevo.agent.AgentConfiguration;
import dev.elevo.agent.AgentLock;
import dev.elevo.contract.agent.ConnectionGrant;
import io.micronaut.serde.ObjectMapper;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The grants of the connections that are served, on disk: an agent that dies leaves clients behind who hear nothing more, and the
 * next one ends their connections, so that they come back.
 */
@Singleton
final class GrantFiles {
    private static final Logger LOG = LoggerFactory.getLogger(GrantFiles.class);

    private final Path directory;
    private final ObjectMapper json;

    /** The lock is held from here on: the grants of another agent are none of our business. */
    @Inject
    @SuppressWarnings("unused")
    GrantFiles(AgentConfiguration configuration, AgentLock lock, ObjectMapper json) throws IOException {
        this(Files.createDirectories(configuration.directory().resolve("streams")), json);
    }

    GrantFiles(Path directory, ObjectMapper json) {
        this.directory = directory;
        this.json = json;
    }

    void keep(String connectionId, ConnectionGrant grant) throws IOException {
        Files.write(file(connectionId), json.writeValueAsBytes(grant));
    }

    void forget(String connectionId) {
        try {
            Files.deleteIfExists(file(connectionId));
        } catch (IOException e) {
            // The next agent will try to end a connection that is no more.
            LOG.warn("a grant is not removed", e);
        }
    }

    /** All that were left; they are gone from here. */
    List<ConnectionGrant> takeAll() throws IOException {
        var left = new ArrayList<ConnectionGrant>();
        try (var files = Files.newDirectoryStream(directory)) {
            for (var file : files) {
                try {
                    var grant = json.readValue(Files.readAllBytes(file), ConnectionGrant.class);
                    if (grant != null) {
                        left.add(grant);
                    }
                } catch (IOException e) {
                    LOG.warn("{} is no grant", file, e); // half written: the connection was never served
                }
                Files.delete(file);
            }
        }
        return left;
    }

    private Path file(String connectionId) {
        return directory.resolve(HexFormat.of().formatHex(connectionId.getBytes(StandardCharsets.UTF_8)));
    }
}
