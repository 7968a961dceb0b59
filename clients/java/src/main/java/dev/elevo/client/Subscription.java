package dev.elevo.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.function.Consumer;

/** Changes as they happen: of sandboxes, or of files. What happens while there is no connection is not told, but that there was none is. */
public final class Subscription<T> implements AutoCloseable {
    private final ResumingStream stream;
    private final Class<T> type;

    /** @param gap the event that says that some may have been missed */
    Subscription(Transport transport, Call events, Call same, Class<T> type, T gap) {
        this(cursor -> WebSocketConnection.open(transport, events, same), transport.retries(), type, gap);
    }

    Subscription(StreamConnection.Connector connector, Retries retries, Class<T> type, T gap) {
        this.stream = new ResumingStream(connector, retries, null, Json.event(gap));
        this.type = type;
    }

    /** Until it is closed, by another thread or by who hears. */
    public void follow(Consumer<T> events) {
        stream.follow(message -> {
            if (message.path("type").asText().equals("event")) {
                events.accept(event(message.path("data")));
            }
        });
    }

    private T event(JsonNode data) {
        try {
            return Json.convert(data, type);
        } catch (IOException e) {
            throw new UnreachableException("an event that is not the service's", e);
        }
    }

    @Override
    public void close() {
        stream.close();
    }
}
