package dev.elevo.platform.streams;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What API Gateway tells a function of a WebSocket. Only the first says who is there; the others name the connection. */
public sealed interface SocketEvent {

    String connectionId();

    /**
     * Somebody wants to connect; the function's answer decides.
     *
     * @param headers by lower-case names
     * @param query decoded
     */
    record Connect(String connectionId, String sourceIp, Map<String, String> headers, Map<String, List<String>> query)
            implements SocketEvent {
        public Connect {
            headers = Map.copyOf(headers);
            query = Map.copyOf(query);
        }
    }

    record Message(String connectionId, String body, boolean isBase64Encoded) implements SocketEvent {}

    /** The connection is no more. API Gateway tells it where it can. */
    record Disconnect(
            String connectionId, int code, @Nullable String reason) implements SocketEvent {}
}
