package dev.elevo.agent.helper;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/** Frames over one Unix socket. One thread receives; any may send. */
final class HelperConnection implements Closeable {
    /** What is read from a pipe at once, and the words around it: a frame that fits is copied once. */
    private static final int BUFFER = (64 << 10) + 64;

    private final SocketChannel channel;
    private final ReentrantLock sending = new ReentrantLock();
    private final ByteBuffer received =
            ByteBuffer.allocateDirect(BUFFER).order(ByteOrder.LITTLE_ENDIAN).limit(0);

    private HelperConnection(SocketChannel channel) {
        this.channel = channel;
    }

    static HelperConnection open(Path socket) throws IOException {
        var channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.connect(UnixDomainSocketAddress.of(socket));
            return new HelperConnection(channel);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    boolean isOpen() {
        return channel.isOpen();
    }

    void send(ByteBuffer frames) throws IOException {
        sending.lock();
        try {
            while (frames.hasRemaining()) {
                channel.write(frames);
            }
        } finally {
            sending.unlock();
        }
    }

    void send(ByteBuffer... frames) throws IOException {
        sending.lock();
        try {
            var last = frames[frames.length - 1];
            while (last.hasRemaining()) {
                channel.write(frames);
            }
        } finally {
            sending.unlock();
        }
    }

    /** A frame as it came. */
    Frame receiveFrame(int mostBytes) throws IOException {
        fill(Request.HEADER);
        var type = received.get();
        var length = received.getInt();
        if (length < 0 || length > mostBytes) {
            throw new HelperProtocolException("frame " + (char) type + " of " + length + " bytes");
        }
        if (length > BUFFER) {
            return new Frame(type, receiveLarge(length));
        }
        fill(length);
        var payload = received.slice(received.position(), length);
        received.position(received.position() + length);
        return new Frame(type, payload);
    }

    /** Waits as long as it takes. */
    Reply receive() throws IOException {
        fill(Request.HEADER);
        var type = received.get();
        var length = received.getInt();
        ReplyReader.checkLength(type, length);
        if (length > BUFFER) {
            return ReplyReader.read(type, receiveLarge(length).order(ByteOrder.LITTLE_ENDIAN));
        }
        fill(length);
        var payload = received.slice(received.position(), length).order(ByteOrder.LITTLE_ENDIAN);
        received.position(received.position() + length);
        return ReplyReader.read(type, payload);
    }

    /** More than what was received already. */
    private ByteBuffer receiveLarge(int length) throws IOException {
        var payload = ByteBuffer.allocate(length).put(received);
        while (payload.hasRemaining()) {
            if (channel.read(payload) < 0) {
                throw new EOFException();
            }
        }
        return payload.flip();
    }

    /** What was received and not yet read comes first; -1 at the end. For a connection that carries no frames any more. */
    int readRaw(ByteBuffer target) throws IOException {
        if (!received.hasRemaining()) {
            return channel.read(target);
        }
        var length = Math.min(received.remaining(), target.remaining());
        target.put(received.slice(received.position(), length));
        received.position(received.position() + length);
        return length;
    }

    /** The other side reads to the end of what was sent; it may still say something. */
    void endOutput() throws IOException {
        sending.lock();
        try {
            channel.shutdownOutput();
        } finally {
            sending.unlock();
        }
    }

    /** A helper that does not answer in time has its connection closed: what it says later would answer something else. */
    Reply receiveWithin(Duration time) throws IOException {
        var watch = Watchdog.SCHEDULE.schedule(this::closeQuietly, time.toMillis(), TimeUnit.MILLISECONDS);
        try {
            return receive();
        } catch (AsynchronousCloseException e) {
            throw new HelperProtocolException("no answer within " + time.toMillis() + " ms");
        } finally {
            watch.cancel(false);
        }
    }

    private void fill(int bytes) throws IOException {
        if (received.remaining() >= bytes) {
            return;
        }
        received.compact();
        try {
            while (received.position() < bytes) {
                if (channel.read(received) < 0) {
                    throw new EOFException();
                }
            }
        } finally {
            received.flip();
        }
    }

    private void closeQuietly() {
        try {
            close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
