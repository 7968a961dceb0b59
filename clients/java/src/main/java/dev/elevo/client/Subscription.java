package dev.elevo.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.function.Consumer;

/**
 * Changes as they happen: of sandboxes, or of files. Those of sandboxes go on where a connection broke; what cannot be told any more, and
 * whatever happens to files while there is no connection, is a gap that is told.
 */
public final class Subscription<T> implements AutoCloseable {
    private final ResumingStream stream;
    private final Class<T> type;

    /** @param gap the event that says that some may have been missed */
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
