package dev.elevo.contract.stream;

import dev.elevo.contract.ErrorBody;
import dev.elevo.contract.Failure;
import dev.elevo.contract.InstantSerde;
import io.micronaut.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the server says (contract 4.3). */
public final class ServerMessages {
    private static final int AROUND_DATA = 256;

    private final JsonMapper json;
    private final InstantSource clock;

    public ServerMessages(JsonMapper json, InstantSource clock) {
        this.json = json;
        this.clock = clock;
    }

    /**
     * Something has happened.
     *
     * @param cursor of the place after this event
     */
    public String event(@Nullable String id, Map<String, Object> data, @Nullable String cursor) {
        return spell("event", id, data, cursor);
    }

    /**
     * We are here still.
     *
     * @param cursor of the place the connection has reached
     */
    public String pong(@Nullable String id, @Nullable String cursor) {
        return spell("pong", id, null, cursor);
    }

    public String error(@Nullable String id, Failure failure) {
        var error = ErrorBody.of(failure, "", null).error();
        var data = new LinkedHashMap<String, Object>();
        data.put("code", error.code());
        data.put("name", error.name());
        data.put("message", error.message());
        if (error.details() != null) {
            data.put("details", error.details());
        }
        return spell("error", id, data, null);
    }

    /** The stream's last word. */
    public String exit(int exitCode, @Nullable String signal, boolean timedOut, long durationMs) {
        var data = new LinkedHashMap<String, Object>();
        data.put("exitCode", exitCode);
        if (signal != null) {
            data.put("signal", signal);
        }
        data.put("timedOut", timedOut);
        data.put("durationMs", durationMs);
        return spell("exit", null, data, null);
    }

    /**
     * Bytes of an output. Written by hand: of all that is said this is nearly all, and none of it needs an escape.
     *
     * @param stream the name of one of several; absent where there is one
     * @param base64 the bytes
     * @param number of this message among those of its connection that hold data
     * @param cursor of the place behind the bytes
     * @param dropped bytes missing right before these
     */
    public byte[] data(@Nullable String stream, String base64, long number, String cursor, long dropped) {
        var message = new StringBuilder(AROUND_DATA + base64.length()).append("{\"type\":\"data\"");
        if (stream != null) {
            message.append(",\"stream\":\"").append(stream).append('"');
        }
        message.append(",\"data\":\"").append(base64).append("\",\"seq\":").append(number);
        if (dropped > 0) {
            message.append(",\"droppedBytes\":").append(dropped);
        }
        return message.append(",\"cursor\":\"")
                .append(cursor)
                .append("\",\"timestamp\":\"")
                .append(InstantSerde.format(clock.instant()))
                .append("\"}")
                .toString()
                .getBytes(StandardCharsets.ISO_8859_1);
    }

    private String spell(
            String type, @Nullable String id, @Nullable Map<String, Object> data, @Nullable String cursor) {
        var message = new LinkedHashMap<String, Object>();
        message.put("type", type);
        if (id != null) {
            message.put("id", id);
        }
        if (data != null) {
            message.put("data", data);
        }
        if (cursor != null) {
            message.put("cursor", cursor);
        }
        message.put("timestamp", InstantSerde.format(clock.instant()));
        try {
            return json.writeValueAsString(message);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
