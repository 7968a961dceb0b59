package dev.elevo.bench;

import io.micronaut.core.type.Argument;
import io.micronaut.serde.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Replies as maps: the bench reads them as any client would. */
final class Json {
    private static final ObjectMapper MAPPER = ObjectMapper.getDefault();
    private static final Argument<Map<String, Object>> OBJECT = Argument.mapOf(String.class, Object.class);

    private Json() {}

    static Map<String, Object> object(Wire.Reply reply) {
        return object(reply.text());
    }

    static Map<String, Object> object(String json) {
        try {
            return Objects.requireNonNull(MAPPER.readValue(json, OBJECT));
        } catch (IOException | NullPointerException e) {
            throw new WrongReply("not a JSON object: " + json);
        }
    }

    static String text(Map<String, Object> object, String field) {
        if (object.get(field) instanceof String text) {
            return text;
        }
        throw new WrongReply("no " + field + " in " + object);
    }

    static List<String> texts(Map<String, Object> object, String field) {
        return list(object, field).stream().map(String.class::cast).toList();
    }

    @SuppressWarnings("unchecked") // a JSON array of objects
    static List<Map<String, Object>> objects(Map<String, Object> object, String field) {
        return list(object, field).stream()
                .map(element -> (Map<String, Object>) element)
                .toList();
    }

    private static List<?> list(Map<String, Object> object, String field) {
        if (object.get(field) instanceof List<?> list) {
            return list;
        }
        throw new WrongReply("no list " + field + " in " + object);
    }

    static String write(Object value) {
        try {
            return MAPPER.writeValueAsString(value);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
