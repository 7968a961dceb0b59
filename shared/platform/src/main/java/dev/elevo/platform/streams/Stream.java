package dev.elevo.platform.streams;

import java.util.Optional;
import java.util.Set;

/** What an area does with the connections of one of its streams. Opening them is the affair of a controller. */
public interface Stream {
    /** Whether connections of the topic are its own. */
    boolean owns(String topic);

    /** The types of messages it takes; {@code ping} is answered for it. */
    Set<String> takes();

    /** A message of one of these types. What is thrown of failures is told to the client. */
    void receive(Connection connection, ClientMessage message);

    /** The client is there still. Gives the cursor of the place it has reached, where the stream has cursors. */
    default Optional<String> pinged(Connection connection) {
        return Optional.empty();
    }

    /** Called now and then while the topic has connections: does what a lost wake-up left undone. */
    default void attend(String topic) {}
}
