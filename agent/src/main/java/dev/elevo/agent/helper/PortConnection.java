package dev.elevo.agent.helper;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/** A TCP connection to a port inside the sandbox, carried by its helper: no network is needed, no namespace entered. */
public final class PortConnection implements Closeable {
    private final HelperConnection connection;

    PortConnection(HelperConnection connection) {
        this.connection = connection;
    }

    public boolean isOpen() {
        return connection.isOpen();
    }

    public void write(ByteBuffer bytes) throws IOException {
        connection.send(bytes);
    }

    /** Waits for at least one byte; -1 at the end. */
    public int read(ByteBuffer into) throws IOException {
        return connection.readRelayed(into);
    }

    @Override
    public void close() throws IOException {
        connection.close();
    }
}
