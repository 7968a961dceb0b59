package dev.elevo.localstack.launch;

import dev.elevo.contract.agent.AgentPaths;
import dev.elevo.contract.agent.Capability;
import dev.elevo.contract.agent.Operation;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The agent of this machine, in a process of its own that outlives ours. */
record Agent(Installation installation, Path home, Secrets secrets, Map<String, String> surroundings)
        implements Daemon.Program {
    private static final int HEAP_MEGABYTES = 160;
    private static final Duration DRAIN_PATIENCE = Duration.ofSeconds(60);

    static Daemon ensure(Home home, Installation installation, Secrets secrets, Map<String, String> surroundings)
            throws IOException {
        return Daemon.ensure(home, installation.build(), new Agent(installation, home.path(), secrets, surroundings));
    }

    @Override
    public String name() {
        return "agent";
    }

    @Override
    public List<String> command(int port) {
        return new JavaProgram(
                        name(),
                        HEAP_MEGABYTES,
                        installation.agentClassPath(),
                        List.of("-Delevo.helper=" + installation.helper()),
                        "dev.elevo.agent.Main",
                        List.of())
                .command(installation, surroundings);
    }

    @Override
    public Map<String, String> environment(int port) {
        return Map.of(
                "ELEVO_HOME", home.toString(),
                "ELEVO_AGENT_PORT", Integer.toString(port),
                "ELEVO_AGENT_PUBLIC_KEY", secrets.agentPublicKey());
    }

    static String url(Daemon agent) {
        return "http://127.0.0.1:" + agent.port();
    }

    /** Stops every sandbox, so that a clean stop leaves nothing running that nobody looks after. */
    static void drain(Daemon agent, Secrets secrets) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create(url(agent) + AgentPaths.HOST + "/drain"))
                .timeout(DRAIN_PATIENCE)
                .header(AgentPaths.CAPABILITY_HEADER, hostCapability(secrets))
                .POST(HttpRequest.BodyPublishers.noBody())
                .build();
        try (var client = HttpClient.newHttpClient()) {
            var answer = client.send(request, HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() >= 300) {
                throw new IOException("the agent does not drain: " + answer.body());
            }
        }
    }

    private static String hostCapability(Secrets secrets) {
        try {
            var key = KeyFactory.getInstance("Ed25519")
                    .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(secrets.agentSigningKey())));
            return new Capability(
                            Capability.HOST,
                            Set.of(Operation.HOST),
                            Instant.now().plus(DRAIN_PATIENCE))
                    .sign(key);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the home's agent.key is damaged", e);
        }
    }
}
