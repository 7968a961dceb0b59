package dev.elevo.client;

import dev.elevo.client.api.ProcessApi;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A terminal of a sandbox. It lives on without us, until it is ended or idle for too long. */
public final class Terminal implements AutoCloseable {
    /** Base64 makes four of three, and a message has room for 32 KiB. */
    private static final int MOST_INPUT = 16 * 1024;

    private final Transport transport;
    private final ProcessApi api;
    private final String sandbox;
    private final int pid;
    private final ResumingStream stream;

    Terminal(Transport transport, String sandbox, int pid) {
        this.transport = transport;
        this.api = new ProcessApi(transport);
        this.sandbox = sandbox;
        this.pid = pid;
        this.stream = new ResumingStream(this::connect, transport.retries(), null);
    }

    public int pid() {
        return pid;
    }

    /** Hears what it shows, from what is kept of it on, until its shell ends. Once. */
    public Exit follow(Consumer<byte[]> shown) {
        return RunningProcess.exit(stream.follow(message -> {
            if (message.path("type").asText().equals("data")) {
                shown.accept(Base64.getDecoder().decode(message.path("data").asText()));
            }
        }));
    }

    private StreamConnection connect(@Nullable String cursor) {
        var query = new ProcessApi.ConnectPtyQuery().includeHistory(true).cursor(cursor);
        return WebSocketConnection.open(
                transport,
                api.connectPty(sandbox, pid, query),
                Call.of("GET", "/api/v1/sandboxes/{id}/pty/{pid}")
                        .at("id", sandbox)
                        .at("pid", pid));
    }

    /** As soon as {@link #follow} is connected. */
    public void type(byte[] keys) throws InterruptedException {
        for (var from = 0; from < keys.length; from += MOST_INPUT) {
            var piece = Arrays.copyOfRange(keys, from, Math.min(keys.length, from + MOST_INPUT));
            say("input", Base64.getEncoder().encodeToString(piece));
        }
    }

    public void resize(int columns, int rows) throws InterruptedException {
        say("resize", Map.of("cols", columns, "rows", rows));
    }

    private void say(String type, Object data) throws InterruptedException {
        stream.send(Json.write(Map.of("type", type, "data", data)));
    }

    /** Hangs up: what runs in it gets SIGHUP. */
    public void end() {
        api.deletePty(sandbox, pid);
    }

    /** Ends {@link #follow}, not the terminal. */
    @Override
    public void close() {
        stream.close();
    }
}
