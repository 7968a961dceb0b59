package dev.elevo.agent.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elevo.contract.testing.Eventually;
import io.micronaut.core.type.Argument;
import io.micronaut.json.JsonMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Somebody at the agent's own door. */
final class TerminalClient implements WebSocket.Listener, AutoCloseable {
    private static final int PATIENCE_SECONDS = 30;
    private static final JsonMapper JSON = JsonMapper.createDefault();

    private final HttpClient http = HttpClient.newHttpClient();
    private final List<Map<String, Object>> messages = new ArrayList<>();
    private final ByteArrayOutputStream shown = new ByteArrayOutputStream();
    private final StringBuilder parts = new StringBuilder();
    private final CompletableFuture<Integer> closed = new CompletableFuture<>();
    private final WebSocket socket;

    /** @param headers such as the origin of a page */
    TerminalClient(URI door, String token, Map<String, String> headers) {
        var builder = http.newWebSocketBuilder().subprotocols("bearer", token);
        headers.forEach(builder::header);
        socket = builder.buildAsync(door, this).join();
    }

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence text, boolean last) {
        parts.append(text);
        if (last) {
            take(parts.toString());
            parts.setLength(0);
        }
        from.request(1);
        return CompletableFuture.completedFuture(null);
    }

    private synchronized void take(String text) {
        try {
            var message = Objects.requireNonNull(JSON.readValue(text, Argument.mapOf(String.class, Object.class)));
            messages.add(message);
            if ("data".equals(message.get("type"))) {
                shown.writeBytes(Base64.getDecoder()
                        .decode(Objects.requireNonNull(message.get("data")).toString()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public CompletionStage<?> onClose(WebSocket from, int code, String reason) {
        closed.complete(code);
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public void onError(WebSocket from, Throwable error) {
        closed.completeExceptionally(error);
    }

    void say(String text) {
        socket.sendText(text, true).join();
    }

    void type(String keys) {
        var data = Base64.getEncoder().encodeToString(keys.getBytes(StandardCharsets.UTF_8));
        say("{\"type\":\"input\",\"data\":\"" + data + "\"}");
    }

    synchronized String shown() {
        return shown.toString(StandardCharsets.UTF_8);
    }

    synchronized List<Map<String, Object>> all(String type) {
        return messages.stream()
                .filter(message -> type.equals(message.get("type")))
                .toList();
    }

    void awaitShown(String text) throws Exception {
        Eventually.await(text + " on the terminal, which shows: " + shown(), () -> shown().contains(text));
    }

    boolean isClosedWithin(Duration time) throws Exception {
        try {
            closed.get(time.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException stillOpen) {
            return false;
        }
    }

    int closeCode() throws Exception {
        return closed.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    /** The messages that hold data are numbered without a gap. */
    void assertInOrder() {
        var data = all("data");
        for (var i = 0; i < data.size(); i++) {
            assertThat(data.get(i).get("seq")).isEqualTo(i + 1);
        }
    }

    @Override
    public void close() {
        socket.abort();
        http.shutdownNow();
    }
}
