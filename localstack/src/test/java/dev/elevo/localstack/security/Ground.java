package dev.elevo.localstack.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elevo.contract.agent.AgentPaths;
import dev.elevo.localstack.Backstage;
import dev.elevo.localstack.RunningStack;
import dev.elevo.localstack.RunningStack.Answer;
import dev.elevo.localstack.gateway.RawClient;
import dev.elevo.platform.testing.Tokens;
import io.micronaut.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.opentest4j.TestAbortedException;

/** Where attempts are made: the whole service as it is started, sandboxes of one organization, and another one next door. */
final class Ground implements AutoCloseable {
    static final String SANDBOXES = "/api/v1/sandboxes";

    private static final int COMMAND_MILLIS = 20_000;
    private static final JsonMapper JSON = JsonMapper.createDefault();

    private final RunningStack stack;
    private final Backstage backstage;
    private final String shared;
    private final String name;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private int lastAddress;

    /** How a command ended. */
    record Result(int exitCode, String stdout, String stderr, String error, boolean timedOut, boolean truncated) {}

    Ground(Path home) throws IOException {
        stack = new RunningStack(
                home,
                Map.of(
                        "ELEVO_LIMIT_READ", "100000",
                        "ELEVO_LIMIT_WRITE", "100000",
                        "ELEVO_LIMIT_EXEC", "100000",
                        "ELEVO_LIMIT_SANDBOX_CREATE", "100000"));
        backstage = new Backstage(home);
        name = "the-victims";
        shared = create(",\"name\":\"" + name + "\",\"metadata\":{\"secret\":\"of the owner\"}");
    }

    RunningStack stack() {
        return stack;
    }

    /** Attempts that leave nothing behind share one, whose name is {@link #name}. */
    String shared() {
        return shared;
    }

    String name() {
        return name;
    }

    /** For what is not fit for use afterwards. */
    String sandbox() {
        return create("");
    }

    /**
     * A small one, so that what fills it up is quick about it.
     *
     * @param more fields of the request, each after a comma
     */
    String create(String more) {
        var answer = stack.post(SANDBOXES, "{\"resources\":{\"memoryMB\":256}%s}".formatted(more));
        assertThat(answer.status()).as(answer.text()).isEqualTo(201);
        return answer.field("id");
    }

    String pathOf(String sandbox) {
        return SANDBOXES + "/" + sandbox;
    }

    Result asRoot(String command) {
        return run(shared, "root", command);
    }

    /** What a command of root says, which is nothing where all it tries is refused. That it could not even try is no refusal. */
    String wordsOf(String command) {
        var result = asRoot(command);
        assertThat(result.stderr())
                .doesNotContain(
                        "syntax error", "command not found", "Can't locate", "Execution of -e aborted", "unexpected");
        return result.stdout();
    }

    Result run(String sandbox, String user, String command) {
        return result(runRequest(sandbox, Map.of("command", command, "user", user, "timeoutMs", COMMAND_MILLIS)));
    }

    Answer runRequest(String sandbox, Map<String, Object> request) {
        return stack.post(pathOf(sandbox) + "/process/run", json(request));
    }

    static Result result(Answer answer) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return new Result(
                ((Number) Objects.requireNonNull(answer.json().get("exitCode"))).intValue(),
                answer.field("stdout"),
                answer.field("stderr"),
                answer.field("error"),
                answer.field("timedOut").equals("true"),
                answer.field("truncated").equals("true"));
    }

    static String json(Map<String, Object> fields) {
        try {
            return new String(JSON.writeValueAsBytes(fields), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void assertUsable(String sandbox) {
        assertThat(run(sandbox, "user", "echo still here").stdout()).isEqualTo("still here\n");
    }

    /** Limits that no host without root holds, and the disk's on few. */
    void requireEnforced(String limit) {
        var enforced = stack.get(pathOf(shared)).json().get("enforced");
        if (!(enforced instanceof Map<?, ?> limits && Boolean.TRUE.equals(limits.get(limit)))) {
            throw new TestAbortedException("enforced." + limit + " is false on this host");
        }
    }

    static String bearer(String organization, String... scopes) {
        var claims = Tokens.claims("user-of-" + organization, Instant.now())
                .claim("org", organization)
                .claim("scopes", List.of(scopes));
        return "Bearer " + Tokens.hs256(claims, RunningStack.JWT_SECRET);
    }

    /** With all its rights, in its own house. */
    Answer asTenant(String method, String path, String body, String... headers) {
        var all = Stream.concat(Stream.of("Authorization", bearer("next-door", "*")), Stream.of(headers));
        return stack.call(method, path, body, all.toArray(String[]::new));
    }

    /** From an address nobody has failed from, so that what is refused is refused for itself. */
    Answer asStranger(String method, String path, String body, String... headers) {
        return from(freshAddress(), method, path, body, headers);
    }

    String freshAddress() {
        lastAddress++;
        return "127.66.%d.%d".formatted(lastAddress / 250, lastAddress % 250 + 1);
    }

    Answer from(String address, String method, String path, String body, String... headers) {
        try (var from = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .localAddress(InetAddress.getByName(address))
                .build()) {
            return send(from, "http://127.0.0.1:" + gatewayPort() + path, method, body, headers);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Past the gateway, at the door of the agent. */
    Answer atTheAgent(String capability, String method, String path, String body) {
        var url = "http://127.0.0.1:" + portOf("agent") + path;
        return capability.isEmpty()
                ? send(client, url, method, body)
                : send(client, url, method, body, AgentPaths.CAPABILITY_HEADER, capability);
    }

    private static Answer send(HttpClient client, String url, String method, String body, String... headers) {
        var request = HttpRequest.newBuilder(URI.create(url))
                .timeout(Duration.ofSeconds(30))
                .header("Content-Type", "application/json")
                .method(method, HttpRequest.BodyPublishers.ofString(body));
        for (var i = 0; i + 1 < headers.length; i += 2) {
            request.setHeader(headers[i], headers[i + 1]);
        }
        try {
            var answer = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
            return new Answer(answer.statusCode(), answer.headers().map(), answer.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    RawClient connect() throws IOException {
        return new RawClient(gatewayPort());
    }

    int gatewayPort() {
        return URI.create(stack.ready("url").toString()).getPort();
    }

    int portOf(String daemon) {
        return backstage.port(daemon);
    }

    /** With which the control plane opens the agent; what nobody else has. */
    PrivateKey signingKey() {
        return backstage.signingKey();
    }

    /** As the host sees it: the process whose command line holds the words. */
    static Optional<Long> hostPid(String words) {
        return ProcessHandle.allProcesses()
                .map(ProcessHandle::pid)
                .filter(pid -> commandLine(pid).contains(words))
                .findFirst();
    }

    private static String commandLine(long pid) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(pid), "cmdline"), StandardCharsets.ISO_8859_1)
                    .replace('\0', ' ');
        } catch (IOException gone) {
            return "";
        }
    }

    /** Without the ends of the links to sandboxes, of which a host of many has many. */
    static List<InetAddress> hostAddresses() throws IOException {
        try (Stream<InetAddress> all = NetworkInterface.networkInterfaces()
                .filter(network -> !network.getName().startsWith("ev"))
                .flatMap(NetworkInterface::inetAddresses)) {
            return all.filter(address -> !address.isLoopbackAddress()).toList();
        }
    }

    @Override
    public void close() throws IOException {
        for (var box : stack.get(SANDBOXES + "?limit=100&state=running,stopped,paused,failed,creating")
                .data()) {
            stack.delete(pathOf(String.valueOf(new HashMap<>(box).get("id"))) + "?force=true");
        }
        client.close();
        stack.close();
    }
}
