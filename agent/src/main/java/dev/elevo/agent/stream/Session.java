package dev.elevo.agent.stream;

import dev.elevo.contract.stream.ClientMessage;
import dev.elevo.contract.stream.CloseCode;
import java.io.IOException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What one connection is about. It is asked for what there is to say whenever the client can take more, so that nothing has to be
 * kept for those that are slow; when there is something new it rings ({@link Link#ring}).
 */
public interface Session {
    /** The types of messages it takes. */
    Set<String> takes();

    /** A message of one of these types; one after the other. What is thrown of failures is told to the client. */
    void receive(ClientMessage message) throws IOException, InterruptedException;

    /** Takes the message if nobody has to wait for that; false: it has done nothing. */
    default boolean takeAtOnce(ClientMessage message) {
        return false;
    }

    /** The next thing to say; null when there is none yet. Only one thread asks. */
    @Nullable
    Saying next() throws IOException;

    /** About how many bytes there are that the client was not told yet, and that somebody has to keep. */
    long waiting();

    /** Nobody asks any more. */
    void close();

    /** One message. */
    sealed interface Saying {}

    @SuppressWarnings("ArrayRecordComponent") // bytes on their way; nobody compares them
    record Message(byte[] text) implements Saying {}

    /** The end: nothing follows but the close. */
    record End(CloseCode code) implements Saying {}
}
