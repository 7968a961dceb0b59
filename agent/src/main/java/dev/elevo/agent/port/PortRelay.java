package dev.elevo.agent.port;

import dev.elevo.agent.helper.HelperRelay;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection from outside to a port inside: the last handler of its channel, and two threads on the helper's side of it. The
 * next bytes of either side are read when those before are written to the other, so a slow reader costs one buffer here.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what goes wrong with a channel comes back through its pipeline
public final class PortRelay extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(PortRelay.class);
    private static final int BUFFER = 32 << 10;
    private static final int DIRECTIONS = 2;

    private final Consumer<PortRelay> ended;
    private final AtomicBoolean closed = new AtomicBoolean();
    private final AtomicInteger directionsLeft = new AtomicInteger(DIRECTIONS);
    /** What came from outside; the empty buffer is the end. Holds what one read brings, since the next waits for it to go. */
    private final BlockingQueue<ByteBuf> fromOutside = new LinkedBlockingQueue<>();

    private volatile @Nullable HelperRelay inside;
    private volatile @Nullable ChannelHandlerContext outside;

    PortRelay(Consumer<PortRelay> ended) {
        this.ended = ended;
    }

    void connected(HelperRelay relay) throws IOException {
        inside = relay;
        if (closed.get()) {
            relay.close();
            throw new ClosedChannelException();
        }
    }

    /** In the channel's event loop, as the only one left who reads from it. */
    public void start(ChannelHandlerContext context) {
        var relay = inside;
        outside = context;
        if (relay == null || closed.get()) {
            context.close();
            return;
        }
        context.channel().config().setAutoRead(false);
        context.channel().config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
        context.channel().config().setRecvByteBufAllocator(new AdaptiveRecvByteBufAllocator().maxMessagesPerRead(1));
        Thread.ofVirtual().name("port-out").start(() -> carry(() -> outward(relay, context)));
        Thread.ofVirtual().name("port-in").start(() -> carry(() -> inward(relay, context)));
        context.read();
    }

    private interface Direction {
        void run() throws IOException, InterruptedException, ExecutionException;
    }

    private void carry(Direction direction) {
        try {
            direction.run();
            if (directionsLeft.decrementAndGet() == 0) {
                close();
            }
        } catch (IOException | ExecutionException broken) {
            // Either side is gone; the other learns it by the end of its connection.
            LOG.debug("a connection to a port broke", broken);
            close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            close();
        } catch (RuntimeException e) {
            LOG.error("a connection to a port failed", e);
            close();
        }
    }

    private static void outward(HelperRelay relay, ChannelHandlerContext context)
            throws IOException, InterruptedException, ExecutionException {
        while (true) {
            var buffer = context.alloc().directBuffer(BUFFER);
            int length;
            try {
                length = relay.read(buffer.nioBuffer(0, BUFFER));
            } catch (IOException | RuntimeException e) {
                buffer.release();
                throw e;
            }
            if (length < 0) {
                buffer.release();
                break;
            }
            var written = context.writeAndFlush(buffer.writerIndex(length));
            if (!context.channel().isWritable()) {
                written.get();
            }
        }
        // Behind the last byte: what is not written when the output ends is lost.
        context.writeAndFlush(Unpooled.EMPTY_BUFFER).get();
        ((DuplexChannel) context.channel()).shutdownOutput().get();
    }

    private void inward(HelperRelay relay, ChannelHandlerContext context) throws IOException, InterruptedException {
        while (true) {
            var bytes = fromOutside.take();
            try {
                if (!bytes.isReadable()) {
                    break;
                }
                relay.write(bytes.nioBuffer());
            } finally {
                bytes.release();
            }
            context.read();
        }
        relay.endOutput();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof ByteBuf bytes && bytes.isReadable() && !closed.get()) {
            fromOutside.add(bytes);
        } else {
            ReferenceCountUtil.release(message);
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) throws Exception {
        if (event instanceof ChannelInputShutdownEvent) {
            fromOutside.add(Unpooled.EMPTY_BUFFER);
        } else if (event instanceof IdleStateEvent) {
            close();
        } else {
            super.userEventTriggered(context, event);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        close();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        LOG.debug("a connection to a port broke", cause);
        close();
    }

    /** Both sides at once; from any thread, and again without harm. */
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        ended.accept(this);
        var relay = inside;
        if (relay != null) {
            try {
                relay.close();
            } catch (IOException e) {
                LOG.warn("a connection to a helper is not closed", e);
            }
        }
        fromOutside.add(Unpooled.EMPTY_BUFFER); // whoever waits for more goes on to the end
        var context = outside;
        if (context != null) {
            context.close();
        }
    }
}
