package dev.elevo.localstack;

import io.micronaut.core.type.Argument;
import io.micronaut.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** A client of {@code WS /events}. */
final class Listener implements WebSocket.Listener, AutoCloseable {
    private static final int PATIENCE_SECONDS = 120;
    private static final JsonMapper JSON = JsonMapper.createDefault();

    private final BlockingQueue<Heard> heard = new LinkedBlockingQueue<>();
    private final CompletableFuture<Integer> closed = new CompletableFuture<>();
    private final StringBuilder parts = new StringBuilder();
    private final HttpClient http = HttpClient.newHttpClient();
    private final WebSocket socket;

    /** @param at of the monotonic clock */
    record Heard(Map<String, Object> message, long at) {
        Map<?, ?> data() {
            return message.get("data") instanceof Map<?, ?> data ? data : Map.of();
        }

        String change() {
            return data().get("state") + " from " + data().get("previousState") + ": " + data().get("reason");
        }

        String cursor() {
            return String.valueOf(message.get("cursor"));
        }
    }

    Listener(RunningStack stack, Map<String, String> query) {
        var target = query.entrySet().stream()
                .map(parameter ->
                        parameter.getKey() + "=" + URLEncoder.encode(parameter.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&", "/api/v1/events?", ""));
        socket = http.newWebSocketBuilder()
                .buildAsync(URI.create(stack.ready("url").toString().replace("http:", "ws:") + target), this)
                .join();
    }

    static Listener admin(RunningStack stack) {
        return new Listener(stack, Map.of("token", stack.adminKey()));
    }

    static Listener after(RunningStack stack, String cursor) {
        return new Listener(stack, Map.of("token", stack.adminKey(), "cursor", cursor));
    }

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence text, boolean last) {
        parts.append(text);
        if (last) {
            try {
                heard.add(new Heard(
                        Objects.requireNonNull(
                                JSON.readValue(parts.toString(), Argument.mapOf(String.class, Object.class))),
                        System.nanoTime()));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            parts.setLength(0);
        }
        from.request(1);
        return CompletableFuture.completedFuture(null);
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

    Heard next() throws InterruptedException {
        return Objects.requireNonNull(heard.poll(PATIENCE_SECONDS, TimeUnit.SECONDS), "nothing was told");
    }

    List<Heard> next(int count) throws InterruptedException {
        var all = new ArrayList<Heard>();
        while (all.size() < count) {
            all.add(next());
        }
        return all;
    }

    int closeCode() throws Exception {
        return closed.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        socket.abort();
        http.shutdownNow();
    }
}
