package dev.elevo.platform.lambda;

import dev.elevo.platform.streams.SocketEvent;
import io.micronaut.json.tree.JsonNode;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads the events of a WebSocket API. */
final class SocketJson {
    /** What a client gets whose connection ended without a close frame. */
    private static final int ABNORMAL = 1006;

    private SocketJson() {}

    /** Empty where the event is none of a WebSocket. */
    static Optional<SocketEvent> read(JsonNode event, FrontDoor door) {
        var context = event.get("requestContext");
        var type = context == null ? null : EventJson.text(context, "eventType");
        var id = context == null ? null : EventJson.text(context, "connectionId");
        if (context == null || type == null || id == null) {
            return Optional.empty();
        }
        return switch (type) {
            case "CONNECT" -> {
                var sender = door.sender(sourceIp(context), headers(event));
                yield Optional.of(new SocketEvent.Connect(
                        id, Objects.requireNonNull(sender.address()), sender.headers(), query(event)));
            }
            case "MESSAGE" ->
                Optional.of(new SocketEvent.Message(
                        id,
                        Objects.requireNonNullElse(EventJson.text(event, "body"), ""),
                        EventJson.isTrue(event.get("isBase64Encoded"))));
            case "DISCONNECT" ->
                Optional.of(new SocketEvent.Disconnect(
                        id, code(context.get("disconnectStatusCode")), EventJson.text(context, "disconnectReason")));
            default -> Optional.empty();
        };
    }

    private static String sourceIp(JsonNode context) {
        var identity = context.get("identity");
        var address = identity == null ? null : EventJson.text(identity, "sourceIp");
        return address == null ? "unknown" : address;
    }

    private static Map<String, String> headers(JsonNode event) {
        var headers = new HashMap<String, String>();
        EventJson.textMap(event.get("headers"))
                .forEach((name, value) -> headers.put(name.toLowerCase(Locale.ROOT), value));
        return headers;
    }

    /** The event's other form of it joins repeated values with commas. */
    private static Map<String, List<String>> query(JsonNode event) {
        var query = new LinkedHashMap<String, List<String>>();
        var parameters = event.get("multiValueQueryStringParameters");
        if (parameters != null && parameters.isObject()) {
            parameters.entries().forEach(entry -> query.put(entry.getKey(), EventJson.texts(entry.getValue())));
        }
        return query;
    }

    private static int code(@Nullable JsonNode code) {
        return code != null && code.isNumber() ? code.getIntValue() : ABNORMAL;
    }
}
