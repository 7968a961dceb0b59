package dev.elevo.agent.http;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.elevo.agent.foreign.Foreign;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.UnixChannel;
import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way to a client that any thread may write to. Whoever has something to say writes it himself: to wake the event loop for a
 * key's echo takes as long as the echo. What the client does not take at once goes by the event loop, and all that comes behind it.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what goes wrong with a channel comes back through its pipeline
final class ClientLine {
    private static final Logger LOG = LoggerFactory.getLogger(ClientLine.class);
    /** F_DUPFD_CLOEXEC: no program that is started gets it, too. */
    private static final int DUPLICATE_FOR_US_ALONE = 1030;

    private static final MethodHandle FCNTL = Foreign.function(
            "fcntl", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT), Linker.Option.firstVariadicArg(2));

    private final Channel channel;
    /**
     * Our own, of the same connection: that of the channel may be closed at any time, and its number belong to somebody else. Absent
     * where the channel has none.
     */
    private final @Nullable FileDescriptor descriptor;

    private final ReentrantLock lock = new ReentrantLock();
    /** How much was left to the event loop and is not sent yet. */
    private final AtomicInteger left = new AtomicInteger();

    private boolean ended;

    private ClientLine(Channel channel, @Nullable FileDescriptor descriptor) {
        this.channel = channel;
        this.descriptor = descriptor;
    }

    /** In the event loop. */
    static ClientLine of(Channel channel) throws IOException {
        var line = new ClientLine(channel, channel instanceof UnixChannel unix ? duplicate(unix.fd()) : null);
        channel.closeFuture().addListener(closed -> line.close());
        return line;
    }

    private static FileDescriptor duplicate(FileDescriptor other) throws IOException {
        int number;
        try {
            number = (int) FCNTL.invokeExact(other.intValue(), DUPLICATE_FOR_US_ALONE, 0);
        } catch (Throwable e) {
            throw Foreign.broken(e);
        }
        if (number < 0) {
            throw new IOException("no descriptor is left");
        }
        return new FileDescriptor(number);
    }

    /** Whether the next thing would be sent without waiting for what came before. */
    boolean isFree() {
        return left.get() == 0;
    }

    /** All of it, in the order of the calls. Takes the bytes over. */
    ChannelFuture send(ByteBuf bytes) {
        return send(bytes, false);
    }

    /** What is sent after it fails. */
    ChannelFuture sendLast(ByteBuf bytes) {
        return send(bytes, true);
    }

    private ChannelFuture send(ByteBuf bytes, boolean isLast) {
        lock.lock();
        try {
            if (ended) {
                bytes.release();
                return channel.newFailedFuture(new ClosedChannelException());
            }
            ended = isLast;
            if (left.get() == 0 && sendsAtOnce(bytes)) {
                bytes.release();
                return channel.newSucceededFuture();
            }
            left.incrementAndGet();
            var sent = leave(bytes);
            sent.addListener(done -> left.decrementAndGet());
            return sent;
        } finally {
            lock.unlock();
        }
    }

    /** False: the bytes are what was not sent. */
    private boolean sendsAtOnce(ByteBuf bytes) {
        if (descriptor == null || !descriptor.isOpen()) {
            return false;
        }
        try {
            var content = bytes.internalNioBuffer(bytes.readerIndex(), bytes.readableBytes());
            bytes.skipBytes(descriptor.write(content, content.position(), content.limit()));
            return !bytes.isReadable();
        } catch (IOException broken) {
            LOG.debug("the event loop finds out that it is broken", broken);
            return false;
        }
    }

    /** Behind what was left to it before, also where this is the event loop. */
    private ChannelFuture leave(ByteBuf bytes) {
        if (!channel.eventLoop().inEventLoop()) {
            return channel.writeAndFlush(bytes);
        }
        var sent = channel.newPromise();
        channel.eventLoop().execute(() -> channel.writeAndFlush(bytes, sent));
        return sent;
    }

    private void close() {
        lock.lock();
        try {
            if (descriptor != null) {
                descriptor.close();
            }
        } catch (IOException e) {
            LOG.debug("a client's connection did not close well", e);
        } finally {
            lock.unlock();
        }
    }
}
