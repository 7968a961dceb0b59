package dev.elevo.agent.helper;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The connection to a server inside a sandbox, which ends with it. The server works as one user of the sandbox; what it says is
 * said by the attacker's side. One thread asks and reads; any may close, which ends a wait.
 */
public final class RoleConnection implements Closeable {
    private final HelperConnection connection;

    RoleConnection(HelperConnection connection) {
        this.connection = connection;
    }

    public void send(ByteBuffer... frames) throws IOException {
        connection.send(frames);
    }

    /** Waits as long as it takes. */
    public Frame receive(int mostBytes) throws IOException {
        return connection.receiveFrame(mostBytes);
    }

    /** Bytes outside of frames; -1 at the end. */
    public int readRaw(ByteBuffer target) throws IOException {
        return connection.readRaw(target);
    }

    @Override
    public void close() throws IOException {
        connection.close();
    }
}
