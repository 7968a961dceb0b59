package dev.elevo.platform.streams;

/** What an area does with the connections of one of its streams. Opening them is the affair of a controller. */
public interface Stream {
    /** Whether connections of the topic are its own. */
    boolean owns(String topic);

    /** The client has gone, or was sent away. */
    default void gone(Connection connection) {}

    /** Called now and then while the topic has connections: does what a lost wake-up left undone. */
    default void attend(String topic) {}
}
