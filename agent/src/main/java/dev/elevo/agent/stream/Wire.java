package dev.elevo.agent.stream;

import dev.elevo.contract.stream.CloseCode;
import java.io.IOException;

/** The way to one client. What is sent first arrives first. */
public interface Wire {
    /**
     * Returns when the message was taken over, and waits while the client takes nothing.
     *
     * @throws ClientGone there is nobody to send to any more
     * @throws IOException nobody can say whether it was sent
     */
    void send(byte[] message) throws IOException, InterruptedException;

    /** Whether a message would be taken over without waiting. */
    default boolean takesAtOnce() {
        return false;
    }

    /** From any thread, also while another one waits in {@link #send}. */
    void close(CloseCode code);

    /** The client has closed the connection, or it broke. */
    final class ClientGone extends IOException {
        private static final long serialVersionUID = 1;

        public ClientGone() {
            super("the client is gone");
        }
    }
}
