package dev.elevo.client;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/** One connection of a stream. */
interface StreamConnection extends AutoCloseable {

    sealed interface Event {
        record Message(JsonNode json) implements Event {}

        /** With {@link #LOST} where nobody said why. */
        record Closed(int code) implements Event {}
    }

    int LOST = 1006;

    Event next() throws InterruptedException;

    /** False when it did not go out. */
    boolean send(String message);

    @Override
    void close();

    interface Connector {
        /**
         * Goes on behind the cursor, if there is one.
         *
         * @throws ApiException when it is refused for good
         * @throws UnreachableException when another time may do
         */
        StreamConnection connect(@Nullable String cursor);
    }
}
