package dev.elevo.agent.http;

import dev.elevo.agent.files.BrokenTransferException;
import dev.elevo.agent.files.Upload;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A file on its way from a client. The event loop brings what came, one thread takes it on; so much may lie between them, and the
 * client's connection is not read while it is more.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what goes wrong with a channel comes back through its pipeline
final class FileArrival implements Upload {
    private static final int MOST_WAITING = 1 << 20;
    private static final long STALL_SECONDS = 60;

    private final ChannelHandlerContext client;
    private final boolean expectsToBeAsked;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final ArrayDeque<ByteBuf> waiting = new ArrayDeque<>();
    private final List<ByteBuf> taken = new ArrayList<>();
    private int waitingBytes;
    private boolean stopped;
    private boolean whole;
    private boolean broken;
    private boolean unwanted;

    FileArrival(ChannelHandlerContext client, boolean expectsToBeAsked) {
        this.client = client;
        this.expectsToBeAsked = expectsToBeAsked;
    }

    @Override
    public void begun() {
        if (expectsToBeAsked) {
            client.writeAndFlush(new DefaultFullHttpResponse(
                    HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE, Unpooled.EMPTY_BUFFER));
        }
        client.executor().execute(client::read);
    }

    /** In the event loop. Takes over the bytes. */
    void add(ByteBuf bytes) {
        lock.lock();
        try {
            if (unwanted || !bytes.isReadable()) {
                bytes.release();
                return;
            }
            waiting.add(bytes);
            waitingBytes += bytes.readableBytes();
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    void complete() {
        lock.lock();
        try {
            whole = true;
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    /** The client has gone. */
    void breakOff() {
        lock.lock();
        try {
            broken = true;
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    /** In the event loop, when all that was read has been added: tells whether more may be read. */
    boolean takesMore() {
        lock.lock();
        try {
            stopped = waitingBytes >= MOST_WAITING;
            return !stopped;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public List<ByteBuffer> next() throws IOException, InterruptedException {
        release();
        lock.lock();
        try {
            while (waiting.isEmpty() && !whole) {
                if (broken) {
                    throw new BrokenTransferException("the client has gone");
                }
                if (!changed.await(STALL_SECONDS, TimeUnit.SECONDS)) {
                    throw new BrokenTransferException("nothing comes from the client");
                }
            }
            take();
            if (stopped && waitingBytes < MOST_WAITING / 2) {
                stopped = false;
                client.executor().execute(client::read);
            }
        } finally {
            lock.unlock();
        }
        return taken.stream().map(ByteBuf::nioBuffer).toList();
    }

    private void take() {
        int bytes = 0;
        while (!waiting.isEmpty()) {
            var first = waiting.getFirst();
            var room = MOST - bytes;
            if (room == 0) {
                break;
            }
            var part = first.readableBytes() <= room ? waiting.removeFirst() : first.readRetainedSlice(room);
            taken.add(part);
            bytes += part.readableBytes();
        }
        waitingBytes -= bytes;
    }

    private void release() {
        taken.forEach(ByteBuf::release);
        taken.clear();
    }

    /** From here on whatever comes is dropped. */
    void refuse() {
        release();
        lock.lock();
        try {
            unwanted = true;
            waiting.forEach(ByteBuf::release);
            waiting.clear();
            waitingBytes = 0;
        } finally {
            lock.unlock();
        }
    }

    boolean isWhole() {
        lock.lock();
        try {
            return whole;
        } finally {
            lock.unlock();
        }
    }
}
