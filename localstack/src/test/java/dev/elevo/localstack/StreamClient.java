package dev.elevo.localstack;

import io.micronaut.core.type.Argument;
import io.micronaut.json.JsonMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/** A client of a terminal, a process or the console. */
final class StreamClient implements WebSocket.Listener, AutoCloseable {
    private static final int PATIENCE_SECONDS = 60;
    private static final JsonMapper JSON = JsonMapper.createDefault();

    private final HttpClient http = HttpClient.newHttpClient();
    private final List<Map<String, Object>> messages = new ArrayList<>();
    private final ByteArrayOutputStream shown = new ByteArrayOutputStream();
    private final StringBuilder parts = new StringBuilder();
    private final CompletableFuture<Integer> closed = new CompletableFuture<>();
    private final WebSocket socket;
    private volatile boolean reading;

    private StreamClient(URI address, List<String> protocols, boolean reading) {
        this.reading = reading;
        var builder = http.newWebSocketBuilder();
        if (!protocols.isEmpty()) {
            builder.subprotocols(
                    protocols.getFirst(), protocols.subList(1, protocols.size()).toArray(String[]::new));
        }
        socket = builder.buildAsync(address, this).join();
    }

    /** @param target path and query, without the credential */
    static StreamClient of(RunningStack stack, String target) {
        return of(stack, target, stack.adminKey());
    }

    static StreamClient of(RunningStack stack, String target, String credential) {
        return new StreamClient(address(stack, target), List.of("bearer", credential), true);
    }

    /** One that reads nothing until {@link #read} is called. */
    static StreamClient slow(RunningStack stack, String target) {
        return new StreamClient(address(stack, target), List.of("bearer", stack.adminKey()), false);
    }

    static StreamClient at(URI address, List<String> protocols) {
        return new StreamClient(address, protocols, true);
    }

    private static URI address(RunningStack stack, String target) {
        return URI.create(stack.ready("url").toString().replace("http:", "ws:") + target);
    }

    @Override
    public void onOpen(WebSocket opened) {
        if (reading) {
            opened.request(1);
        }
    }

    void read() {
        reading = true;
        socket.request(1);
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
            notifyAll();
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

    void sayBinary() {
        socket.sendBinary(ByteBuffer.wrap(new byte[] {1}), true).join();
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

    /** What was shown, and the cursor that leads behind it. */
    record Seen(String text, String cursor) {}

    synchronized Seen seen() {
        return new Seen(shown(), cursor());
    }

    String cursor() {
        return String.valueOf(all("data").getLast().get("cursor"));
    }

    void awaitShown(String text) throws InterruptedException {
        await(() -> shown().contains(text), text);
    }

    void awaitBytes(int count) throws InterruptedException {
        await(() -> shown().length() >= count, count + " bytes");
    }

    private interface Condition {
        boolean holds();
    }

    private synchronized void await(Condition condition, String what) throws InterruptedException {
        var end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!condition.holds()) {
            var left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
            if (left <= 0) {
                throw new AssertionError("no " + what + " among " + messages);
            }
            wait(left);
        }
    }

    int closeCode() throws Exception {
        return closed.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    /** Without a word. */
    void vanish() {
        socket.abort();
    }

    @Override
    public void close() {
        vanish();
        http.shutdownNow();
    }
}
