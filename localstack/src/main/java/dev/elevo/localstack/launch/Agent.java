package dev.elevo.localstack.launch;

import dev.elevo.contract.agent.AgentPaths;
import dev.elevo.contract.agent.Capability;
import dev.elevo.contract.agent.HostInfo;
import dev.elevo.contract.agent.Operation;
import io.micronaut.serde.ObjectMapper;
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
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** The agent of this machine, in a process of its own that outlives ours. */
record Agent(
        Installation installation,
        Path home,
        Secrets secrets,
        Optional<Daemon> namespace,
        Map<String, String> surroundings)
        implements Daemon.Program {
    private static final int HEAP_MEGABYTES = 160;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    static Daemon ensure(
            Home home,
            Installation installation,
            Secrets secrets,
            Optional<Daemon> namespace,
            Map<String, String> surroundings)
            throws IOException {
        var program = new Agent(installation, home.path(), secrets, namespace, surroundings);
        return Daemon.ensure(home, installation.build(), program);
    }

    @Override
    public String name() {
        return "agent";
    }

    @Override
    public List<String> command(int port) {
        var command = new ArrayList<String>();
        namespace.map(UserNamespace::enter).ifPresent(command::addAll);
        command.addAll(new JavaProgram(
                        name(),
                        HEAP_MEGABYTES,
                        installation.agentClassPath(),
                        List.of("-Delevo.helper=" + installation.helper()),
                        "dev.elevo.agent.Main",
                        List.of())
                .command(installation, surroundings));
        return command;
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

    /** What the machine's sandboxes are like. */
    static HostInfo offer(Daemon agent, Secrets secrets) throws IOException, InterruptedException {
        var answer = send(request(agent, secrets, "").GET().build());
        return Objects.requireNonNull(ObjectMapper.getDefault().readValue(answer, HostInfo.class));
    }

    /** Stops every sandbox, so that a clean stop leaves nothing running that nobody looks after. */
    static void drain(Daemon agent, Secrets secrets) throws IOException, InterruptedException {
        send(request(agent, secrets, "/drain")
                .POST(HttpRequest.BodyPublishers.noBody())
                .build());
    }

    private static HttpRequest.Builder request(Daemon agent, Secrets secrets, String path) {
        return HttpRequest.newBuilder(URI.create(url(agent) + AgentPaths.HOST + path))
                .timeout(PATIENCE)
                .header(AgentPaths.CAPABILITY_HEADER, hostCapability(secrets));
    }

    private static String send(HttpRequest request) throws IOException, InterruptedException {
        try (var client = HttpClient.newHttpClient()) {
            var answer = client.send(request, HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() >= 300) {
                throw new IOException("the agent refuses " + request.uri().getPath() + ": " + answer.body());
            }
            return answer.body();
        }
    }

    private static String hostCapability(Secrets secrets) {
        try {
            var key = KeyFactory.getInstance("Ed25519")
                    .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(secrets.agentSigningKey())));
            return new Capability(
                            Capability.HOST,
                            Set.of(Operation.HOST),
                            Instant.now().plus(PATIENCE))
                    .sign(key);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the home's agent.key is damaged", e);
        }
    }
}
