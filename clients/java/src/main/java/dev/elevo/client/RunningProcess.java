package dev.elevo.client;

import com.fasterxml.jackson.databind.JsonNode;
import dev.elevo.client.api.ProcessApi;
import dev.elevo.client.model.WriteRequest;
import java.io.IOException;
import java.util.Arrays;
import java.util.Base64;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A process of a sandbox that this API has started. It goes on whatever becomes of us, and what it wrote is kept for us. */
public final class RunningProcess implements AutoCloseable {
    /** Of input in one request. */
    private static final int MOST_INPUT = 1 << 20;

    private final Transport transport;
    private final ProcessApi api;
    private final String sandbox;
    private final int pid;
    private volatile @Nullable ResumingStream stream;

    RunningProcess(Transport transport, String sandbox, int pid) {
        this.transport = transport;
        this.api = new ProcessApi(transport);
        this.sandbox = sandbox;
        this.pid = pid;
    }

    public int pid() {
        return pid;
    }

    /** Hears all that it writes, from its beginning, until it ends. */
    public Exit follow(Consumer<Output> output) {
        return follow(output, null);
    }

    /**
     * Goes on where another has left off.
     *
     * @param cursor of the last output that was heard, to go on behind it
     * @throws ApiException when the sandbox ends before
     */
    public Exit follow(Consumer<Output> output, @Nullable String cursor) {
        var whole = new ResumingStream(this::connect, transport.retries(), cursor);
        stream = whole;
        var exit = whole.follow(message -> {
            if (message.path("type").asText().equals("data")) {
                output.accept(output(message));
            }
        });
        return exit(exit);
    }

    private StreamConnection connect(@Nullable String cursor) {
        var query = new ProcessApi.StreamProcessQuery().cursor(cursor);
        return WebSocketConnection.open(
                transport,
                api.streamProcess(sandbox, pid, query),
                Call.of("GET", "/api/v1/sandboxes/{id}/process/{pid}")
                        .at("id", sandbox)
                        .at("pid", pid));
    }

    static Output output(JsonNode message) {
        return new Output(
                message.path("stream").asText().equals("stderr"),
                Base64.getDecoder().decode(message.path("data").asText()),
                message.path("droppedBytes").asLong(),
                message.path("cursor").asText());
    }

    static Exit exit(@Nullable JsonNode exit) {
        if (exit == null) {
            throw new UnreachableException("the stream ended before the process", null);
        }
        try {
            return Json.convert(exit, Exit.class);
        } catch (IOException e) {
            throw new UnreachableException("an end that is not the service's", e);
        }
    }

    /** All of it, however long the process takes to read it. Only for one that was started with {@code stdin}. */
    public void write(byte[] input) {
        for (var from = 0; from < input.length; ) {
            var to = Math.min(input.length, from + MOST_INPUT);
            var piece = Base64.getEncoder().encodeToString(Arrays.copyOfRange(input, from, to));
            from += write(WriteRequest.builder().data(piece).encoding("base64").build());
        }
    }

    private int write(WriteRequest request) {
        try {
            return api.writeToProcess(sandbox, pid, request).bytesWritten();
        } catch (ApiException e) {
            if (e.code() == ApiException.RESOURCE_EXHAUSTED
                    && "stdin".equals(e.details().get("resource"))) {
                return 0; // it does not read just now, and the service has waited for it already
            }
            throw e;
        }
    }

    public void closeInput() {
        write(WriteRequest.builder().eof(true).build());
    }

    /** Sends it a signal, such as {@code SIGINT}, and to all of its group. */
    public void signal(String name) {
        api.killProcess(sandbox, pid, new ProcessApi.KillProcessQuery().signal(name));
    }

    /** Ends {@link #follow}, not the process. */
    @Override
    public void close() {
        var open = stream;
        if (open != null) {
            open.close();
        }
    }
}
