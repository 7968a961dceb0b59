package dev.elevo.platform.testing;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import io.micronaut.core.type.Argument;
import io.micronaut.json.JsonMapper;
import io.micronaut.json.tree.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** An answer as a client sees it. */
public record Answer(
        int status, Map<String, String> headers, List<String> cookies, String text, boolean isBase64Encoded) {
    private static final JsonMapper JSON = JsonMapper.createDefault();

    public static Answer of(APIGatewayV2HTTPResponse response) {
        var headers = new TreeMap<String, String>(String.CASE_INSENSITIVE_ORDER);
        headers.putAll(response.getHeaders());
        return new Answer(
                response.getStatusCode(),
                headers,
                response.getCookies(),
                response.getBody(),
                response.getIsBase64Encoded());
    }

    /** The same from the JSON that the Lambda runtime is given. */
    public static Answer ofPayload(byte[] payload) {
        try {
            var node = Objects.requireNonNull(JSON.readValue(payload, JsonNode.class));
            var headers = new TreeMap<String, String>(String.CASE_INSENSITIVE_ORDER);
            at(node, "headers")
                    .entries()
                    .forEach(entry ->
                            headers.put(entry.getKey(), entry.getValue().getStringValue()));
            var cookies = new ArrayList<String>();
            at(node, "cookies").values().forEach(cookie -> cookies.add(cookie.getStringValue()));
            return new Answer(
                    at(node, "statusCode").getIntValue(),
                    headers,
                    cookies,
                    at(node, "body").getStringValue(),
                    at(node, "isBase64Encoded").getBooleanValue());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public byte[] bytes() {
        return isBase64Encoded ? Base64.getDecoder().decode(text) : text.getBytes(StandardCharsets.UTF_8);
    }

    public JsonNode json() {
        try {
            return Objects.requireNonNull(JSON.readValue(text, JsonNode.class));
        } catch (IOException e) {
            throw new UncheckedIOException(text, e);
        }
    }

    /** The value at the end of the path, which must be there. */
    public JsonNode at(String... path) {
        var node = json();
        for (var name : path) {
            node = at(node, name);
        }
        return node;
    }

    /** The body as maps and lists; empty where there is none. */
    public Map<String, Object> body() {
        if (text.isEmpty()) {
            return Map.of();
        }
        try {
            return Objects.requireNonNull(JSON.readValue(text, Argument.mapOf(String.class, Object.class)));
        } catch (IOException e) {
            throw new UncheckedIOException(text, e);
        }
    }

    /** The value at a dotted path such as {@code error.details.fields.0.field}; null where there is none. */
    public @Nullable Object value(String path) {
        Object value = body();
        for (var step : path.split("\\.", -1)) {
            value = switch (value) {
                case Map<?, ?> map -> map.get(step);
                case List<?> list when Integer.parseInt(step) < list.size() -> list.get(Integer.parseInt(step));
                case null, default -> null;
            };
        }
        return value;
    }

    public String textAt(String path) {
        return String.valueOf(value(path));
    }

    /** The members of a page by one of their fields. */
    public List<Object> data(String field) {
        return value("data") instanceof List<?> items
                ? items.stream()
                        .<Object>map(item -> ((Map<?, ?>) item).get(field))
                        .toList()
                : List.of();
    }

    /** The error's number, or the status where there is no error. */
    public int outcome() {
        return text.isEmpty() || code() == 0 ? status : code();
    }

    /** The header's value; empty when it is not there. */
    public String header(String name) {
        return headers.getOrDefault(name, "");
    }

    /** The error's number; 0 when it is no error. */
    public int code() {
        var error = json().get("error");
        return error == null ? 0 : at(error, "code").getIntValue();
    }

    public @Nullable String reason() {
        var reason = at(json(), "error").get("details");
        return reason == null ? null : at(reason, "reason").getStringValue();
    }

    /** The names in {@code error.details.fields}. */
    public List<String> fields() {
        var names = new ArrayList<String>();
        at(at(at(json(), "error"), "details"), "fields")
                .values()
                .forEach(field -> names.add(at(field, "field").getStringValue()));
        return names;
    }

    private static JsonNode at(JsonNode node, String name) {
        var value = node.get(name);
        if (value == null) {
            throw new AssertionError("no " + name + " in " + node);
        }
        return value;
    }
}
