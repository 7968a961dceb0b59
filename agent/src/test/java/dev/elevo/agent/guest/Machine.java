package dev.elevo.agent.guest;

import static dev.elevo.contract.testing.Hosts.assume;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.elevo.contract.agent.AgentHealth;
import dev.elevo.contract.agent.AgentPaths;
import dev.elevo.contract.agent.Capability;
import dev.elevo.contract.agent.Operation;
import dev.elevo.contract.agent.VmAssignment;
import dev.elevo.contract.testing.Eventually;
import dev.elevo.contract.testing.Hosts;
import io.micronaut.serde.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The agent as it is started in a machine of its own, with the rights that root has there. */
final class Machine implements AutoCloseable {
    private static final ObjectMapper JSON = ObjectMapper.getDefault();
    private static final Path PROJECT = Path.of("").toAbsolutePath();
    private static final String SHARED = "/mnt/shared/";
    private static final String AGENT_TEMPORARY = "/mnt/agent-tmp";
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final HttpClient client = HttpClient.newHttpClient();
    private final KeyPair keys = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    private final Path log;
    private final Process process;
    private final int port;
    private final int hooksPort;

    /** An answer of the agent. */
    record Answer(int status, String body) {
        <T> T as(Class<T> type) {
            assertThat(status).as(body).isBetween(200, 299);
            try {
                return Objects.requireNonNull(JSON.readValue(body, type));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** The number of the error. */
        int code() {
            var found = Pattern.compile("\"code\":(\\d+)").matcher(body);
            assertThat(found.find()).as(body).isTrue();
            return Integer.parseInt(found.group(1));
        }
    }

    /** @param rights {@code few} or {@code most} */
    Machine(Path directory, String rights) throws IOException, GeneralSecurityException {
        assume(
                "root".equals(System.getProperty("user.name")) && Files.exists(Path.of("/usr/bin/setpriv")),
                "a machine of its own is made by root, with setpriv");
        port = Hosts.freePort();
        hooksPort = Hosts.freePort();
        log = directory.resolve("agent.log");
        process = new ProcessBuilder(command(Files.createDirectory(directory.resolve("machine")), rights))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            Eventually.await(() -> isUp());
        } catch (RuntimeException | Error e) {
            process.destroyForcibly();
            throw e;
        }
    }

    private List<String> command(Path place, String rights) {
        var helper = Path.of(System.getProperty("elevo.helper")).toAbsolutePath();
        var words = new ArrayList<>(
                List.of(PROJECT.resolve("src/test/guest/machine").toString(), place.toString(), rights));
        var inside = new ArrayList<String>();
        for (var entry : System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"))
                .split(":", -1)) {
            inside.add(shared(Path.of(entry).toAbsolutePath(), words));
        }
        var helperInside = shared(requireNonNull(helper.getParent()), words);
        words.addAll(List.of(
                "--",
                "env",
                "-i",
                "PATH=/usr/sbin:/usr/bin:/sbin:/bin",
                "ELEVO_DRIVER=guest",
                "ELEVO_AGENT_PORT=" + port,
                "ELEVO_HOOKS_PORT=" + hooksPort,
                "ELEVO_HOME=/var/lib/elevo",
                "ELEVO_HELPER=" + helperInside + "/" + helper.getFileName(),
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:TieredStopAtLevel=1",
                // As in the image: what the agent writes down in passing is not in the sandbox's own directory for
                // that.
                "-Djava.io.tmpdir=" + AGENT_TEMPORARY,
                "-cp",
                inside.stream().collect(Collectors.joining(":")),
                "dev.elevo.agent.Main"));
        return words;
    }

    /** Where the machine sees it. Directories are shared, with what is in them. */
    private static String shared(Path file, List<String> words) {
        if (!Files.exists(file)) {
            return file.toString();
        }
        var directory = Files.isDirectory(file) ? file : requireNonNull(file.getParent());
        var inside = SHARED + Integer.toHexString(directory.hashCode());
        var word = directory + ":" + inside;
        if (!words.contains(word)) {
            words.add(word);
        }
        return Files.isDirectory(file) ? inside : inside + "/" + file.getFileName();
    }

    private boolean isUp() throws IOException {
        // Kernels differ in what they lay over the root of a host.
        assume(process.isAlive() || !said().startsWith("mount: "), "no machine can be made here: " + said());
        assertThat(process.isAlive()).as(() -> said()).isTrue();
        try {
            // The hooks come up last.
            return health() != null && hook("nothing", "").status() == 404;
        } catch (UncheckedIOException e) {
            if (e.getCause() instanceof ConnectException) {
                return false;
            }
            throw e;
        }
    }

    String said() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            return e.toString();
        }
    }

    int hooksPort() {
        return hooksPort;
    }

    int port() {
        return port;
    }

    AgentHealth health() {
        return send("GET", AgentPaths.HEALTH, null, null).as(AgentHealth.class);
    }

    Answer hook(String name, String body) {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + hooksPort + HookServer.PATH + name))
                .POST(BodyPublishers.ofString(body))
                .build();
        return send(request);
    }

    /** As the platform says it. */
    Answer run(VmAssignment assignment) {
        return hook("run", write(new RunHook("microvm-1", write(assignment))));
    }

    VmAssignment assignment(int generation) {
        return new VmAssignment(
                generation, Base64.getEncoder().encodeToString(keys.getPublic().getEncoded()));
    }

    /** With all that the control plane may do to the sandbox; or to the host, where that is what is meant. */
    Answer call(String method, String path, String sandbox, @Nullable Object body) {
        try {
            var capability = new Capability(
                    sandbox, EnumSet.allOf(Operation.class), Instant.now().plusSeconds(60));
            return send(method, path, capability.sign(keys.getPrivate()), body);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    Answer send(String method, String path, @Nullable String capability, @Nullable Object body) {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .header("Content-Type", "application/json")
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(write(body)));
        if (capability != null) {
            request.header(AgentPaths.CAPABILITY_HEADER, capability);
        }
        return send(request.build());
    }

    private Answer send(HttpRequest request) {
        try {
            var response = client.send(request, BodyHandlers.ofString());
            return new Answer(response.statusCode(), response.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static String write(Object value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        client.shutdownNow();
        process.destroyForcibly();
        assertThat(process.onExit().orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .succeedsWithin(PATIENCE);
    }
}
