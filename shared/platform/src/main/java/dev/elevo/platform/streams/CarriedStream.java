package dev.elevo.platform.streams;

/** A stream that somebody else serves whole: messages are handed on as they come, and answered there. */
public interface CarriedStream extends Stream {
    /** Whatever it is, as long as it is text and not too long. */
    void carry(Connection connection, String text);
}
