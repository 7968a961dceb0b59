package dev.elevo.client;

import java.io.IOException;
import java.util.function.Consumer;

/** Changes as they happen: of sandboxes, or of files. What happens while there is no connection is not told. */
public final class Subscription<T> implements AutoCloseable {
    private final ResumingStream stream;
    private final Class<T> type;

    Subscription(Transport transport, Call events, Call same, Class<T> type) {
        this.stream = new ResumingStream(
                cursor -> WebSocketConnection.open(transport, events, same), transport.retries(), null);
        this.type = type;
    }

    /** Until it is closed, by another thread or by who hears. */
    public void follow(Consumer<T> events) {
        stream.follow(message -> {
            if (message.path("type").asText().equals("event")) {
                try {
                    events.accept(Json.convert(message.path("data"), type));
                } catch (IOException e) {
                    throw new UnreachableException("an event that is not the service's", e);
                }
            }
        });
    }

    @Override
    public void close() {
        stream.close();
    }
}
