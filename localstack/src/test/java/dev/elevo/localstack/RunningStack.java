package dev.elevo.localstack;

import dev.elevo.contract.testing.Eventually;
import dev.elevo.localstack.launch.GatewayProgram;
import dev.elevo.localstack.launch.Right;
import io.micronaut.core.type.Argument;
import io.micronaut.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The stack in processes of its own, as {@code ./elevo up} starts it, on a home of its own. */
public final class RunningStack implements AutoCloseable {
    public static final String JWT_SECRET = "a-secret-that-only-this-test-knows-0123456789";

    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final JsonMapper JSON = JsonMapper.createDefault();

    private final Path home;
    private final Map<String, String> options;
    private final List<String> arguments;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private Process process;
    private Map<String, Object> ready;

    public RunningStack(Path home, Map<String, String> options, String... arguments) throws IOException {
        this.home = home;
        this.arguments = List.of(arguments);
        this.options = options;
        process = launch(home, options, this.arguments);
        ready = awaitReady();
    }

    /** One that must end by itself; what it says follows its exit code. */
    static String end(Path home, Map<String, String> options, String... arguments)
            throws IOException, InterruptedException {
        var ending = launch(home, options, List.of(arguments));
        if (!ending.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            ending.destroyForcibly();
            throw new IOException("does not end: " + Files.readString(said(home)));
        }
        return ending.exitValue() + " " + Files.readString(said(home));
    }

    private static Process launch(Path home, Map<String, String> options, List<String> arguments) throws IOException {
        Files.createDirectories(home);
        var builder = new ProcessBuilder(GatewayProgram.command(root(), home, arguments))
                .redirectErrorStream(true)
                .redirectOutput(said(home).toFile());
        builder.environment().put("ELEVO_HOME", home.toString());
        builder.environment().put("ELEVO_PORT", "0");
        builder.environment().put("ELEVO_JWT_SECRET", JWT_SECRET);
        builder.environment().put("ELEVO_HELD_TO_RIGHTS", "1");
        if (FakeCloud.isEverywhere() && !options.containsKey(FakeCloud.ENGINE)) {
            builder.environment().putAll(FakeCloud.shared().environment());
        }
        builder.environment().putAll(options);
        return builder.start();
    }

    /** Of the project. */
    static Path root() {
        return Stream.iterate(Path.of("").toAbsolutePath(), Objects::nonNull, Path::getParent)
                .filter(directory -> Files.exists(directory.resolve("elevo")))
                .findFirst()
                .orElseThrow();
    }

    private Map<String, Object> awaitReady() throws IOException {
        var deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            var found = readyNote();
            if (found.get("pid") instanceof Number pid && pid.longValue() == process.pid()) {
                return found;
            }
            if (!process.isAlive() || System.nanoTime() > deadline) {
                throw new IOException("not ready: " + Files.readString(said(home)));
            }
            Eventually.pause();
        }
    }

    /** Empty while there is none: one that was left by a crash goes when the next run starts, at any moment. */
    private Map<String, Object> readyNote() throws IOException {
        try {
            return parse(Files.readString(home.resolve("ready.json")));
        } catch (NoSuchFileException e) {
            return Map.of();
        }
    }

    /** As {@code kill -9}: nothing is told to anybody. */
    public void crash() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    public void startAgain() throws IOException {
        startAgain(Map.of());
    }

    public void startAgain(Map<String, String> otherOptions) throws IOException {
        var all = new HashMap<>(options);
        all.putAll(otherOptions);
        process = launch(home, all, arguments);
        ready = awaitReady();
    }

    /** Of what runs beside the gateway, by its note. */
    public long pidOf(String daemon) throws IOException {
        var note = Files.readString(home.resolve(daemon + ".pid"));
        return Long.parseLong(note.substring(note.indexOf('=') + 1, note.indexOf('\n')));
    }

    /** What the areas did in the tables so far, in whichever run on this home. */
    Set<Right> usedRights() throws IOException {
        return Files.readAllLines(home.resolve("rights.used")).stream()
                .map(Right::parse)
                .collect(Collectors.toSet());
    }

    public Path home() {
        return home;
    }

    public Object ready(String name) {
        return Objects.requireNonNull(ready.get(name), name);
    }

    public String adminKey() {
        try {
            return Files.readString(home.resolve("admin.key")).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What the client sees of one call. */
    public record Answer(int status, Map<String, List<String>> headers, String text) {

        public Map<String, Object> json() {
            return text.isEmpty() ? Map.of() : parse(text);
        }

        public String field(String name) {
            return String.valueOf(json().get(name));
        }

        public List<Map<String, Object>> data() {
            var list = new ArrayList<Map<String, Object>>();
            if (json().get("data") instanceof List<?> items) {
                for (var item : items) {
                    var fields = new HashMap<String, Object>();
                    ((Map<?, ?>) item).forEach((key, value) -> fields.put(key.toString(), value));
                    list.add(fields);
                }
            }
            return list;
        }

        /** The number of the error, or the status where there is none. */
        public int code() {
            return json().get("error") instanceof Map<?, ?> error && error.get("code") instanceof Number code
                    ? code.intValue()
                    : status;
        }

        public String header(String name) {
            return headers.getOrDefault(name, List.of("")).getFirst();
        }
    }

    public Answer post(String path, String body, String... headers) {
        return call("POST", path, body, headers);
    }

    public Answer get(String path, String... headers) {
        return call("GET", path, "", headers);
    }

    public Answer delete(String path) {
        return call("DELETE", path, "");
    }

    /** With the administrator's key, unless the headers name another. */
    public Answer call(String method, String path, String body, String... headers) {
        var request = HttpRequest.newBuilder(URI.create(ready("url") + path))
                .timeout(PATIENCE)
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .header("Content-Type", "application/json");
        if (!List.of(headers).contains("Authorization") && !List.of(headers).contains("X-API-Key")) {
            request.header("X-API-Key", adminKey());
        }
        for (var i = 0; i + 1 < headers.length; i += 2) {
            if (!headers[i + 1].isEmpty()) {
                request.setHeader(headers[i], headers[i + 1]);
            }
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

    private static Map<String, Object> parse(String text) {
        try {
            return Objects.requireNonNull(JSON.readValue(text, Argument.mapOf(String.class, Object.class)));
        } catch (IOException e) {
            throw new UncheckedIOException(text, e);
        }
    }

    private static Path said(Path home) {
        return home.resolve("said.log");
    }

    @Override
    public void close() throws IOException {
        process.destroy();
        try {
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IOException("does not end: " + Files.readString(said(home)));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
        }
        client.close();
    }
}
