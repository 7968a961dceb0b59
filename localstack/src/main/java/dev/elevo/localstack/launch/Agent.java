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
import java.util.HashMap;
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
    /** It starts several programs for each sandbox, and saves another one for each of them by this. */
    private static final String STARTS_BY_VFORK = "-Djdk.lang.Process.launchMechanism=VFORK";

    /** One without memory cannot be relied on; one that has ended is started again, and finds its sandboxes. */
    private static final String ENDS_WITHOUT_MEMORY = "-XX:+ExitOnOutOfMemoryError";

    private static final String NETWORK = "ELEVO_NETWORK";

    /** What it reads in its surroundings, and takes where there is nothing. */
    private static final Map<String, String> DEFAULTS = Map.of(
            NETWORK,
            "public",
            "ELEVO_PRIVATE_NETWORKS",
            "",
            "ELEVO_DISK_FLOOR_MB",
            "1024",
            "ELEVO_SNAPSHOTS_AT_ONCE",
            "2",
            "ELEVO_UNSAFE",
            "0");

    /** What it reads there, too, and knows by itself how to do without. */
    private static final String READY = "ELEVO_READY_SANDBOXES";

    private static final String LANGUAGE_SERVERS = "ELEVO_LSP_HOME";

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
                        List.of(
                                "-Delevo.helper=" + installation.helper(),
                                "-Dlogback.configurationFile=logback-agent.xml",
                                "-Delevo.logs=" + home.resolve("logs"),
                                STARTS_BY_VFORK,
                                ENDS_WITHOUT_MEMORY),
                        "dev.elevo.agent.Main",
                        List.of())
                .command(installation, surroundings));
        return command;
    }

    @Override
    public Map<String, String> environment(int port) {
        return Map.of(
                // Java takes names of files by the locale, and those of templates are of all languages.
                "LC_ALL",
                "C.UTF-8",
                LANGUAGE_SERVERS,
                languageServers(),
                "ELEVO_HOME",
                home.toString(),
                "ELEVO_AGENT_PORT",
                Integer.toString(port),
                "ELEVO_AGENT_PUBLIC_KEY",
                secrets.agentPublicKey());
    }

    @Override
    public Map<String, String> options() {
        var options = new HashMap<String, String>();
        DEFAULTS.forEach((name, standard) -> options.put(name, surroundings.getOrDefault(name, standard)));
        options.put(LANGUAGE_SERVERS, languageServers());
        if (surroundings.containsKey(READY)) {
            options.put(READY, surroundings.getOrDefault(READY, ""));
        }
        return options;
    }

    /** Where {@code ./elevo doctor --install-lsp} puts them, unless it is told otherwise. */
    private String languageServers() {
        var cache = surroundings.getOrDefault("XDG_CACHE_HOME", surroundings.getOrDefault("HOME", "/root") + "/.cache");
        return Path.of(surroundings.getOrDefault(LANGUAGE_SERVERS, cache + "/elevo/lsp"))
                .toAbsolutePath()
                .normalize()
                .toString();
    }

    /** Sandboxes go over from one agent to the next, but each stays on the network it was made on. */
    @Override
    public void follow(Map<String, String> former) {
        var wanted = options().getOrDefault(NETWORK, "");
        var standing = former.getOrDefault(NETWORK, wanted);
        if (!standing.equals(wanted)) {
            throw new NotStartedException("sandboxes of an earlier run go on with " + NETWORK + "=" + standing
                    + "; ./elevo down stops them, and the next start can have " + NETWORK + "=" + wanted);
        }
    }

    static String url(int port) {
        return "http://127.0.0.1:" + port;
    }

    /** What the machine's sandboxes are like. */
    static HostInfo offer(int port, Secrets secrets) throws IOException, InterruptedException {
        var answer = send(request(port, secrets, "").GET().build());
        return Objects.requireNonNull(ObjectMapper.getDefault().readValue(answer, HostInfo.class));
    }

    /** Stops every sandbox, so that a clean stop leaves nothing running that nobody looks after. */
    static void drain(int port, Secrets secrets) throws IOException, InterruptedException {
        send(request(port, secrets, "/drain")
                .POST(HttpRequest.BodyPublishers.noBody())
                .build());
    }

    private static HttpRequest.Builder request(int port, Secrets secrets, String path) {
        return HttpRequest.newBuilder(URI.create(url(port) + AgentPaths.HOST + path))
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
