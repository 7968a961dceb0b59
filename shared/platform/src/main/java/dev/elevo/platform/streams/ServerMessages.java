package dev.elevo.platform.streams;

import dev.elevo.contract.ErrorBody;
import dev.elevo.contract.Failure;
import dev.elevo.contract.InstantSerde;
import io.micronaut.json.JsonMapper;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the server says (contract 4.3). */
@Singleton
public final class ServerMessages {
    private final JsonMapper json;
    private final InstantSource clock;

    ServerMessages(JsonMapper json, InstantSource clock) {
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

    /** @param cursor of the place the connection has reached */
    String pong(@Nullable String id, @Nullable String cursor) {
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
