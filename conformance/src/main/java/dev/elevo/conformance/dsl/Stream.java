package dev.elevo.conformance.dsl;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;

/** A WebSocket of section 4, and all that came on it. */
public final class Stream implements WebSocket.Listener, AutoCloseable {
    private static final int PATIENCE_SECONDS = 30;

    private final HttpClient http = HttpClient.newHttpClient();
    private final List<JsonNode> messages = new ArrayList<>();
    private final ByteArrayOutputStream shown = new ByteArrayOutputStream();
    private final StringBuilder parts = new StringBuilder();
    private final CompletableFuture<Integer> closed = new CompletableFuture<>();
    private final WebSocket socket;

    private Stream(URI address, List<String> protocols) {
        var builder = http.newWebSocketBuilder();
        if (!protocols.isEmpty()) {
            builder.subprotocols(
                    protocols.getFirst(), protocols.subList(1, protocols.size()).toArray(String[]::new));
        }
        socket = builder.buildAsync(address, this).join();
    }

    static Stream open(URI address, String credential) {
        return new Stream(address, credential.isEmpty() ? List.of() : List.of("bearer", credential));
    }

    /** At an address that was given, such as a ticket's. */
    public static Stream at(String address, JsonNode protocols) {
        var offered = new ArrayList<String>();
        protocols.forEach(protocol -> offered.add(protocol.asText()));
        return new Stream(URI.create(address), offered);
    }

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence text, boolean last) {
        parts.append(text);
        if (last) {
            take(Json.read(parts.toString()));
            parts.setLength(0);
        }
        from.request(1);
        return CompletableFuture.completedFuture(null);
    }

    private synchronized void take(JsonNode message) {
        messages.add(message);
        if (message.path("type").asText().equals("data")) {
            shown.writeBytes(Base64.getDecoder().decode(message.path("data").asText()));
        }
        notifyAll();
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

    public void say(Object... fields) {
        sayText(Json.object(fields).toString());
    }

    public void sayText(String text) {
        socket.sendText(text, true).join();
    }

    public void sayBinary() {
        socket.sendBinary(ByteBuffer.wrap(new byte[] {1}), true).join();
    }

    public void type(String keys) {
        say("type", "input", "data", Base64.getEncoder().encodeToString(keys.getBytes(StandardCharsets.UTF_8)));
    }

    public String protocol() {
        return socket.getSubprotocol();
    }

    public synchronized String shown() {
        return shown.toString(StandardCharsets.UTF_8);
    }

    public Stream awaitShown(String text) {
        await("data with " + text, () -> shown().contains(text));
        return this;
    }

    /** The first message of this type of which the rule holds, now or later. */
    public JsonNode await(String type, Predicate<JsonNode> rule) {
        await(type, () -> messages.stream().anyMatch(message -> fits(message, type, rule)));
        return first(type, rule);
    }

    private JsonNode first(String type, Predicate<JsonNode> rule) {
        return all(type, rule).getFirst();
    }

    /** Those that have come so far. */
    public synchronized List<JsonNode> all(String type, Predicate<JsonNode> rule) {
        return messages.stream().filter(message -> fits(message, type, rule)).toList();
    }

    private static boolean fits(JsonNode message, String type, Predicate<JsonNode> rule) {
        return message.path("type").asText().equals(type) && rule.test(message);
    }

    /** The error message of this code. */
    public JsonNode awaitError(int code) {
        return await("error", message -> message.at("/data/code").asInt() == code);
    }

    public JsonNode awaitEvent(String event, Predicate<JsonNode> rule) {
        return await("event", message -> message.at("/data/event").asText().equals(event) && rule.test(message));
    }

    private interface Condition {
        boolean holds();
    }

    private synchronized void await(String what, Condition condition) {
        var end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!condition.holds()) {
            var left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
            if (left <= 0) {
                throw new Mismatch("no " + what + " within " + PATIENCE_SECONDS + " s among " + messages);
            }
            try {
                wait(left);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }
    }

    public boolean isClosedWithin(int seconds) {
        try {
            closed.get(seconds, TimeUnit.SECONDS);
            return true;
        } catch (TimeoutException stillOpen) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } catch (ExecutionException e) {
            throw new Mismatch("broken: " + e);
        }
    }

    public void awaitClose(int code) {
        if (!isClosedWithin(PATIENCE_SECONDS)) {
            throw new Mismatch("not closed with " + code + " within " + PATIENCE_SECONDS + " s");
        }
        int found = closed.join();
        if (found != code) {
            throw new Mismatch("closed with " + found + ", not " + code + ", after " + messages);
        }
    }

    @Override
    public void close() {
        socket.abort();
        http.shutdownNow();
    }
}
