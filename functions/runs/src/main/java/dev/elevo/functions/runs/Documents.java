package dev.elevo.functions.runs;

import io.micronaut.core.type.Argument;
import io.micronaut.json.JsonMapper;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;

/** What clients say in words of their own, as the JSON text it is kept in. */
@Singleton
final class Documents {
    private static final Argument<Map<String, Object>> OBJECT = Argument.mapOf(String.class, Object.class);
    private static final Argument<Map<String, String>> WORDS = Argument.mapOf(String.class, String.class);

    private final JsonMapper json;

    Documents(JsonMapper json) {
        this.json = json;
    }

    String write(Map<String, ?> map) {
        try {
            return new String(json.writeValueAsBytes(map), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Map<String, Object> object(String text) {
        return read(text, OBJECT);
    }

    Map<String, String> words(String text) {
        return read(text, WORDS);
    }

    private <T> T read(String text, Argument<T> type) {
        try {
            return Objects.requireNonNull(json.readValue(text, type), "the document is null");
        } catch (IOException e) {
            throw new UncheckedIOException("the document is damaged", e);
        }
    }
}
