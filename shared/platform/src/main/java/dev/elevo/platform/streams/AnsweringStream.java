package dev.elevo.platform.streams;

import dev.elevo.contract.stream.ClientMessage;
import java.util.Optional;
import java.util.Set;

/** A stream whose messages this function understands. */
public interface AnsweringStream extends Stream {
    /** The types of messages it takes; {@code ping} is answered for it. */
    Set<String> takes();

    /** A message of one of these types. What is thrown of failures is told to the client. */
    void receive(Connection connection, ClientMessage message);

    /** The client is there still. Gives the cursor of the place it has reached, where the stream has cursors. */
    default Optional<String> pinged(Connection connection) {
        return Optional.empty();
    }
}
