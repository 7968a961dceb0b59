package dev.elevo.localstack;

import dev.elevo.contract.testing.Eventually;
import io.micronaut.core.type.Argument;
import io.micronaut.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A page in a real browser without a window, spoken to by the protocol of its own developer tools. */
final class Browser implements AutoCloseable {
    private static final List<String> PROGRAMS =
            List.of("chromium", "chromium-browser", "google-chrome", "google-chrome-stable");
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration LOADING = Duration.ofSeconds(10);
    private static final JsonMapper JSON = JsonMapper.createDefault();

    private final Process process;
    private final HttpClient client = HttpClient.newHttpClient();
    private final WebSocket page;
    private final AtomicInteger calls = new AtomicInteger();
    private final Map<Integer, BlockingQueue<Map<String, Object>>> waiting = new ConcurrentHashMap<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final List<String> complaints = new CopyOnWriteArrayList<>();

    /** Where one is installed. */
    static Optional<String> installed() {
        return Stream.of(System.getenv("PATH").split(":", -1))
                .flatMap(folder -> PROGRAMS.stream().map(program -> Path.of(folder, program)))
                .filter(Files::isExecutable)
                .map(Path::toString)
                .findFirst();
    }

    /** @param profile an empty folder */
    Browser(String program, Path profile) throws IOException {
        var builder = new ProcessBuilder(
                        program,
                        "--headless=new",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--disable-dev-shm-usage",
                        "--no-first-run",
                        "--disable-background-networking",
                        "--disable-component-update",
                        "--remote-debugging-port=0",
                        "--user-data-dir=" + profile,
                        "--window-size=1400,1000",
                        "about:blank")
                .redirectErrorStream(true)
                .redirectOutput(profile.resolve("said.log").toFile());
        // Its socket too goes when the folder does.
        builder.environment().put("TMPDIR", profile.toString());
        process = builder.start();
        var port = port(profile);
        var target = parse(send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/json/new?about:blank"))
                .PUT(HttpRequest.BodyPublishers.noBody())
                .build()));
        page = client.newWebSocketBuilder()
                .buildAsync(URI.create(String.valueOf(target.get("webSocketDebuggerUrl"))), new Listener())
                .join();
        call("Page.enable", Map.of());
        call("Runtime.enable", Map.of());
        call("Network.enable", Map.of());
        call("Log.enable", Map.of());
    }

    private String port(Path profile) throws IOException {
        var note = profile.resolve("DevToolsActivePort");
        var deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            if (Files.exists(note) && Files.readString(note).contains("\n")) {
                return Files.readAllLines(note).getFirst();
            }
            if (!process.isAlive() || System.nanoTime() > deadline) {
                throw new IOException("the browser does not start: " + Files.readString(profile.resolve("said.log")));
            }
            Eventually.pause();
        }
    }

    private String send(HttpRequest request) throws IOException {
        try {
            return client.send(request, HttpResponse.BodyHandlers.ofString()).body();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    /** What the page asked for, from wherever. */
    List<String> requests() {
        return List.copyOf(requests);
    }

    /** Errors of its scripts, and what its policy forbade. */
    List<String> complaints() {
        return List.copyOf(complaints);
    }

    void open(String url) {
        call("Page.navigate", Map.of("url", url));
    }

    /** The value of an expression, once it has one that is not null or false. */
    Object await(String expression) {
        var deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            var value = value(expression);
            if (value != null && !value.equals(false)) {
                return value;
            }
            if (System.nanoTime() > deadline) {
                throw new AssertionError("never true: " + expression + " on "
                        + value("document.body.innerText.slice(0, 2000)") + complaints);
            }
            Eventually.pause();
        }
    }

    /** Of the first element of this selector that has this text in it. */
    void click(String selector, String text) {
        await(found(selector, text) + "?.click() ?? " + found(selector, text) + " !== undefined");
    }

    /** As if by keys. */
    void type(String selector, String inside, String text) {
        await("(() => { const there = " + found(selector, inside)
                + "?.querySelector('input'); there?.focus(); return there === document.activeElement && there"
                + " !== undefined; })()");
        call("Input.insertText", Map.of("text", text));
    }

    /** The first element of this selector, once there is one. */
    void click(String selector) {
        await("(() => { const there = document.querySelector(" + quoted(selector)
                + "); there?.click(); return there !== null; })()");
    }

    /**
     * Until it is there. A browser drops what it is loading when an interface comes to its machine, as one does with each sandbox; nothing
     * of a page comes after that.
     */
    void open(String url, String shown) {
        Eventually.await(shown, () -> {
            open(url);
            var deadline = System.nanoTime() + LOADING.toNanos();
            while (!Boolean.TRUE.equals(value(shown))) {
                if (System.nanoTime() > deadline) {
                    return false;
                }
                Eventually.pause();
            }
            return true;
        });
    }

    /** As if by keys, into the first element of this selector. */
    void enter(String selector, String text) {
        await(
                "(() => { const there = document.querySelector(" + quoted(selector)
                        + "); there?.focus(); there?.select?.(); return there !== null && there === document.activeElement; })()");
        call("Input.insertText", Map.of("text", text));
    }

    void pressEnter() {
        var key = Map.<String, Object>of(
                "key", "Enter", "code", "Enter", "windowsVirtualKeyCode", 13, "text", "\r", "type", "keyDown");
        call("Input.dispatchKeyEvent", key);
        call("Input.dispatchKeyEvent", Map.of("key", "Enter", "code", "Enter", "type", "keyUp"));
    }

    /** With the control key. */
    void pressControl(char letter) {
        var key = Map.<String, Object>of("key", String.valueOf(letter), "modifiers", 2, "type", "rawKeyDown");
        call("Input.dispatchKeyEvent", key);
    }

    /** Files for an input of a page, as its chooser gives them. */
    void choose(String selector, Path file) {
        var document = call("DOM.getDocument", Map.of());
        var root = document.get("root") instanceof Map<?, ?> node ? node.get("nodeId") : null;
        var found = call("DOM.querySelector", Map.of("nodeId", Objects.requireNonNull(root), "selector", selector));
        call(
                "DOM.setFileInputFiles",
                Map.of("nodeId", Objects.requireNonNull(found.get("nodeId")), "files", List.of(file.toString())));
    }

    void downloadInto(Path folder) {
        call("Browser.setDownloadBehavior", Map.of("behavior", "allow", "downloadPath", folder.toString()));
    }

    /** {@code light} or {@code dark}, as the system of its user says. */
    void prefer(String scheme) {
        var feature = Map.of("name", "prefers-color-scheme", "value", scheme);
        call("Emulation.setEmulatedMedia", Map.of("features", List.of(feature)));
    }

    /** Where its user is, such as {@code Asia/Tokyo}. */
    void beIn(String zone) {
        call("Emulation.setTimezoneOverride", Map.of("timezoneId", zone));
    }

    /** Before any script of the pages that are opened from now on. */
    void beforeEachPage(String script) {
        call("Page.addScriptToEvaluateOnNewDocument", Map.of("source", script));
    }

    /** Whatever the page's policy says. */
    void run(String script) {
        call("Runtime.evaluate", Map.of("expression", script));
    }

    /** What is to be seen, as WebP. */
    byte[] screenshot(int width, int height) {
        call(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
        var taken = call("Page.captureScreenshot", Map.of("format", "webp", "quality", 85));
        return Base64.getDecoder().decode(String.valueOf(taken.get("data")));
    }

    private static String found(String selector, String text) {
        return "Array.from(document.querySelectorAll(" + quoted(selector) + ")).find(one => one.innerText.includes("
                + quoted(text) + "))";
    }

    static String quoted(String text) {
        return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
    }

    private @Nullable Object value(String expression) {
        var answer = call("Runtime.evaluate", Map.of("expression", expression, "returnByValue", true));
        return answer.get("result") instanceof Map<?, ?> result ? result.get("value") : null;
    }

    private Map<?, ?> call(String method, Map<String, Object> parameters) {
        var id = calls.incrementAndGet();
        var answers = new LinkedBlockingQueue<Map<String, Object>>();
        waiting.put(id, answers);
        try {
            var call = Map.of("id", id, "method", method, "params", parameters);
            page.sendText(JSON.writeValueAsString(call), true).join();
            var answer = answers.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            if (answer == null || !(answer.get("result") instanceof Map<?, ?> result)) {
                throw new AssertionError(method + " was answered " + answer);
            }
            return result;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } finally {
            waiting.remove(id);
        }
    }

    private static Map<String, Object> parse(String text) {
        try {
            return Objects.requireNonNull(JSON.readValue(text, Argument.mapOf(String.class, Object.class)));
        } catch (IOException e) {
            throw new UncheckedIOException(text, e);
        }
    }

    private final class Listener implements WebSocket.Listener {
        private final StringBuilder text = new StringBuilder();

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence part, boolean last) {
            text.append(part);
            if (last) {
                hear(parse(text.toString()));
                text.setLength(0);
            }
            socket.request(1);
            return null;
        }

        private void hear(Map<String, Object> message) {
            if (message.get("id") instanceof Number id) {
                Optional.ofNullable(waiting.get(id.intValue())).ifPresent(answers -> answers.add(message));
            } else if (message.get("params") instanceof Map<?, ?> parameters) {
                switch (String.valueOf(message.get("method"))) {
                    case "Network.requestWillBeSent" -> {
                        if (parameters.get("request") instanceof Map<?, ?> request) {
                            requests.add(String.valueOf(request.get("url")));
                        }
                    }
                    case "Runtime.exceptionThrown", "Log.entryAdded" -> {
                        if (!parameters.toString().contains("net::ERR_NETWORK_CHANGED")) {
                            complaints.add(parameters.toString());
                        }
                    }
                    default -> {
                        // of no interest
                    }
                }
            }
        }
    }

    @Override
    public void close() {
        page.abort();
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        client.close();
    }
}
