package dev.elevo.localstack;

import dev.elevo.contract.agent.AgentPaths;
import dev.elevo.contract.agent.Capability;
import dev.elevo.contract.agent.Operation;
import io.micronaut.core.type.Argument;
import io.micronaut.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** What a client never sees of a running stack: its secrets, its daemons, and what the agent says. */
public final class Backstage {
    private static final String PORT = "port=";
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Path home;

    public Backstage(Path home) {
        this.home = home;
    }

    /** Of what runs beside the gateway, by its note. */
    public int port(String daemon) {
        try (var lines = Files.lines(home.resolve(daemon + ".pid"))) {
            return lines.filter(line -> line.startsWith(PORT))
                    .map(line -> Integer.parseInt(line.substring(PORT.length())))
                    .findFirst()
                    .orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** With which the control plane opens the agent. */
    public PrivateKey signingKey() {
        try {
            var text = Files.readAllLines(home.resolve("agent.key")).getFirst();
            return KeyFactory.getInstance("Ed25519")
                    .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(text)));
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The sandboxes the agent has, and the state each is in. */
    Map<String, String> agentsSandboxes() throws IOException, InterruptedException, GeneralSecurityException {
        var capability = new Capability(
                Capability.HOST, Set.of(Operation.HOST), Instant.now().plusSeconds(60));
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port("agent") + AgentPaths.SANDBOXES))
                .timeout(PATIENCE)
                .header(AgentPaths.CAPABILITY_HEADER, capability.sign(signingKey()))
                .build();
        try (var client = HttpClient.newHttpClient()) {
            var answer = client.send(request, HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() != 200) {
                throw new IOException("the agent answers " + answer.statusCode() + ": " + answer.body());
            }
            var states = new HashMap<String, String>();
            for (var box : Objects.requireNonNull(JsonMapper.createDefault()
                    .readValue(answer.body(), Argument.listOf(Argument.mapOf(String.class, Object.class))))) {
                states.put(String.valueOf(box.get("id")), String.valueOf(box.get("state")));
            }
            return states;
        }
    }
}
