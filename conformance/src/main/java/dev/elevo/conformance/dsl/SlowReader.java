package dev.elevo.conformance.dsl;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketException;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A client of a stream that stands still, and then reads all there is. It leaves no room for much: a kernel's own would be megabytes. */
public final class SlowReader implements AutoCloseable {
    private static final int ROOM = 64 << 10;
    private static final int UPGRADED = 101;
    private static final int CLOSE = 0x88;
    private static final int LENGTH_OF_TWO_BYTES = 126;
    private static final int LENGTH_OF_EIGHT_BYTES = 127;
    private static final int NO_CODE = 1005;

    private final Socket socket;
    private final DataInputStream in;

    private SlowReader(Socket socket, DataInputStream in) {
        this.socket = socket;
        this.in = in;
    }

    static SlowReader open(Target target, String path, Map<String, String> headers) {
        var socket = new Socket();
        try {
            socket.setReceiveBufferSize(ROOM);
            var in =
                    new DataInputStream(new BufferedInputStream(Handshake.ask(socket, target.at(path), path, headers)));
            Handshake.read(path, in).is(UPGRADED);
            return new SlowReader(socket, in);
        } catch (IOException e) {
            close(socket);
            throw new UncheckedIOException(e);
        } catch (RuntimeException | Error e) {
            close(socket);
            throw e;
        }
    }

    public SlowReader standStill(int seconds) {
        try {
            TimeUnit.SECONDS.sleep(seconds);
            return this;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Up to the close, whose code it gives; 0 where the connection is cut instead. */
    public int readToEnd() {
        try {
            for (; ; ) {
                var type = in.readUnsignedByte();
                long length = in.readUnsignedByte();
                if (length == LENGTH_OF_TWO_BYTES) {
                    length = in.readUnsignedShort();
                } else if (length == LENGTH_OF_EIGHT_BYTES) {
                    length = in.readLong();
                }
                if (type == CLOSE) {
                    return length < 2 ? NO_CODE : in.readUnsignedShort();
                }
                in.skipNBytes(length);
            }
        } catch (EOFException | SocketException cut) {
            return 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        close(socket);
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
