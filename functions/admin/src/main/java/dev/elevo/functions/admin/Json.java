package dev.elevo.functions.admin;

import io.micronaut.core.type.Argument;
import io.micronaut.json.JsonMapper;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Objects;

/** Maps in columns of type jsonb. */
@Singleton
class Json {
    private final JsonMapper mapper;

    Json(JsonMapper mapper) {
        this.mapper = mapper;
    }

    String write(Map<String, ?> map) {
        try {
            return mapper.writeValueAsString(map);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Map<String, String> texts(String json) {
        return read(json, Argument.mapOf(String.class, String.class));
    }

    Map<String, Integer> numbers(String json) {
        return read(json, Argument.mapOf(String.class, Integer.class));
    }

    private <T> T read(String json, Argument<T> type) {
        try {
            return Objects.requireNonNull(mapper.readValue(json, type));
        } catch (IOException e) {
            throw new UncheckedIOException("the column is damaged", e);
        }
    }
}
