package dev.elevo.agent.helper;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A connection to a port inside the sandbox, carried by the helper. Whoever reads slowly makes the service wait, and the other way
 * round: nobody in between keeps more than a socket's buffer. One thread reads, one writes; each direction ends by itself.
 */
public final class HelperRelay implements Closeable {
    private final HelperConnection connection;

    HelperRelay(HelperConnection connection) {
        this.connection = connection;
    }

    /** Waits for some bytes; -1 when the service has ended its output. */
    public int read(ByteBuffer target) throws IOException {
        return connection.readRaw(target);
    }

    /** Returns when all of it is on its way. */
    public void write(ByteBuffer bytes) throws IOException {
        connection.send(bytes);
    }

    /** The service finds the end of its input. */
    public void endOutput() throws IOException {
        connection.endOutput();
    }

    @Override
    public void close() throws IOException {
        connection.close();
    }
}
