package dev.elevo.agent.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.unix.DomainSocketChannel;
import io.netty.channel.unix.DomainSocketReadMode;
import io.netty.channel.unix.FileDescriptor;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes over one connection: first comes its descriptor, then what was read from it already, behind its length in four bytes. After
 * that the giver only waits for the end, which we tell by ending too; when he goes first, the client's connection ends.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what goes wrong with a channel comes back through its pipeline
final class Reception extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(Reception.class);
    private static final int LENGTH_BYTES = 4;
    private static final int PIECE_BYTES = 16 << 10;
    private static final int MOST_READ_ALREADY = 1 << 20;

    private final Consumer<ChannelPipeline> furnish;
    private @Nullable FileDescriptor given;
    private ByteBuf readAlready = Unpooled.EMPTY_BUFFER;

    Reception(Consumer<ChannelPipeline> furnish) {
        this.furnish = furnish;
    }

    /** Told to the client's connection when whoever handed it over closes: it goes on for as long as it takes to say so. */
    record GiverLeft() {}

    @Override
    public void channelActive(ChannelHandlerContext giver) {
        // The descriptor alone: what follows it must be read as bytes.
        giver.channel()
                .config()
                .setRecvByteBufAllocator(new FixedRecvByteBufAllocator(PIECE_BYTES).maxMessagesPerRead(1));
        giver.read();
    }

    @Override
    public void channelRead(ChannelHandlerContext giver, Object message) throws IOException {
        switch (message) {
            case FileDescriptor descriptor
            when given == null -> {
                given = descriptor;
                ((DomainSocketChannel) giver.channel()).config().setReadMode(DomainSocketReadMode.BYTES);
                readAlready = giver.alloc().buffer();
            }
            case ByteBuf bytes when readAlready.refCnt() > 0 && given != null -> take(giver, bytes);
            default -> ReferenceCountUtil.release(message);
        }
    }

    private void take(ChannelHandlerContext giver, ByteBuf bytes) throws IOException {
        readAlready.writeBytes(bytes);
        bytes.release();
        if (readAlready.readableBytes() < LENGTH_BYTES) {
            return;
        }
        var length = readAlready.getInt(readAlready.readerIndex());
        if (length < 0 || length > MOST_READ_ALREADY) {
            throw new TooLongFrameException("a beginning of " + length + " bytes");
        }
        var descriptor = given;
        if (descriptor != null && readAlready.readableBytes() == LENGTH_BYTES + length) {
            var beginning = readAlready.skipBytes(LENGTH_BYTES);
            readAlready = Unpooled.EMPTY_BUFFER;
            given = null;
            serve(giver, new EpollSocketChannel(descriptor.intValue()), beginning);
        }
    }

    private void serve(ChannelHandlerContext giver, Channel client, ByteBuf beginning) {
        client.config().setAutoRead(false);
        furnish.accept(client.pipeline());
        client.closeFuture().addListener(closed -> giver.close());
        giver.channel().closeFuture().addListener(closed -> client.pipeline().fireUserEventTriggered(new GiverLeft()));
        giver.channel().eventLoop().register(client).addListener(registered -> {
            if (registered.isSuccess()) {
                client.pipeline().fireChannelRead(beginning).fireChannelReadComplete();
            } else {
                LOG.error("a connection was not taken over", registered.cause());
                beginning.release();
                client.unsafe().closeForcibly();
                giver.close();
            }
        });
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext giver) {
        giver.read();
    }

    @Override
    public void channelInactive(ChannelHandlerContext giver) throws IOException {
        readAlready.release();
        readAlready = Unpooled.EMPTY_BUFFER;
        if (given != null) {
            given.close();
            given = null;
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext giver, Throwable cause) {
        LOG.warn("no connection was handed over", cause);
        giver.close();
    }
}
