package dev.elevo.localstack.gateway;

import dev.elevo.contract.ApiException;
import dev.elevo.contract.Failure;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.PrematureChannelClosureException;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes a request for the content of a file out of a client's connection and passes it to the agent; such a request is the last on
 * its connection. Each side is read when the other has taken what was read before, so no file is ever here as a whole.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what goes wrong with a channel comes back through its pipeline
final class TransferConnection extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(TransferConnection.class);
    private static final int CONNECT_MILLIS = 2000;
    private static final int CHUNK_BYTES = 256 << 10;
    /** A file comes in large pieces, if they are asked for: each costs a call of the kernel and a turn of the loop. */
    private static final RecvByteBufAllocator PIECES = new AdaptiveRecvByteBufAllocator(4 << 10, 64 << 10, CHUNK_BYTES);

    private static final WriteBufferWaterMark AHEAD = new WriteBufferWaterMark(256 << 10, 1 << 20);
    private static final Failure NO_AGENT =
            new Failure.Unavailable("The host of the sandbox does not answer", Duration.ofSeconds(1));

    private final Transfers transfers;
    private final Limits limits;
    private @Nullable HttpRequest request;
    private @Nullable Channel agent;
    private boolean answerHasBegun;
    private boolean interim;
    private boolean over;

    TransferConnection(Transfers transfers, Limits limits) {
        this.transfers = transfers;
        this.limits = limits;
    }

    @Override
    public void channelRead(ChannelHandlerContext client, Object message) {
        if (over) {
            ReferenceCountUtil.release(message);
        } else if (request != null) {
            forward(client, message);
        } else if (message instanceof HttpRequest asked
                && asked.decoderResult().isSuccess()
                && Transfers.takes(asked)) {
            begin(client, asked);
        } else {
            client.fireChannelRead(message);
        }
    }

    private void begin(ChannelHandlerContext client, HttpRequest asked) {
        request = asked;
        client.channel().config().setAutoRead(false);
        try {
            Head.check(asked, limits.headBytes());
            PreviewHeads.checkVersion(asked);
            if (!Transfers.knows(asked.method())) {
                over = true;
                Parting.with(Transfers.otherMethod(asked), client.channel());
                return;
            }
            var head = transfers.toAgent(asked);
            if (asked.method().equals(HttpMethod.OPTIONS)) {
                over = true;
                Parting.with(Transfers.preflight(), client.channel());
            } else {
                connect(client, head);
            }
        } catch (ApiException e) {
            refuse(client, e.failure());
        }
    }

    private void connect(ChannelHandlerContext client, HttpRequest head) {
        client.channel().config().setWriteBufferWaterMark(AHEAD).setRecvByteBufAllocator(PIECES);
        new Bootstrap()
                .group(client.channel().eventLoop())
                .channel(NioSocketChannel.class)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.AUTO_READ, false)
                .option(ChannelOption.WRITE_BUFFER_WATER_MARK, AHEAD)
                .option(ChannelOption.RECVBUF_ALLOCATOR, PIECES)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS)
                .handler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        var config = new HttpDecoderConfig().setMaxChunkSize(CHUNK_BYTES);
                        channel.pipeline().addLast(new HttpClientCodec(config, false, false), new Answer(client));
                    }
                })
                .connect(transfers.agent())
                .addListener((ChannelFuture connected) -> {
                    if (!connected.isSuccess()) {
                        LOG.warn("no connection to the agent", connected.cause());
                        refuse(client, NO_AGENT);
                    } else if (over) {
                        connected.channel().close();
                    } else {
                        agent = connected.channel();
                        agent.writeAndFlush(head);
                        agent.read();
                        client.read();
                    }
                });
    }

    private void forward(ChannelHandlerContext client, Object message) {
        var inside = agent;
        if (inside == null
                || !(message instanceof HttpContent part)
                || !part.decoderResult().isSuccess()) {
            ReferenceCountUtil.release(message);
            end(client);
            return;
        }
        if (part instanceof LastHttpContent last) {
            inside.writeAndFlush(new DefaultLastHttpContent(last.content()));
        } else {
            inside.writeAndFlush(part);
        }
        // Also behind the last: that is how it is noticed that the client goes away.
        if (inside.isWritable()) {
            client.read();
        }
    }

    private final class Answer extends ChannelInboundHandlerAdapter {
        private final ChannelHandlerContext client;

        Answer(ChannelHandlerContext client) {
            this.client = client;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (over) {
                ReferenceCountUtil.release(message);
            } else if (message instanceof HttpResponse head) {
                answer(client, head);
            } else if (message instanceof HttpContent part) {
                answer(client, part);
            } else {
                ReferenceCountUtil.release(message);
            }
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            client.flush();
            if (!over && client.channel().isWritable()) {
                context.read();
            }
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext context) {
            if (context.channel().isWritable() && !over) {
                client.read();
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            if (over) {
                return;
            }
            if (answerHasBegun) {
                // Cut short, and the client must see that it is.
                end(client);
            } else {
                refuse(client, NO_AGENT);
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            if (!(cause instanceof IOException) && !(cause instanceof PrematureChannelClosureException)) {
                LOG.error("a transfer broke", cause);
            }
            context.close();
        }
    }

    private void answer(ChannelHandlerContext client, HttpResponse head) {
        interim = head.status().codeClass() == HttpStatusClass.INFORMATIONAL;
        if (!interim) {
            answerHasBegun = true;
            client.write(Transfers.toClient(head));
        } else if (head.status().equals(HttpResponseStatus.CONTINUE)) {
            client.writeAndFlush(new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE));
        }
    }

    private void answer(ChannelHandlerContext client, HttpContent part) {
        if (interim) {
            part.release();
        } else if (!part.decoderResult().isSuccess()) {
            part.release();
            end(client);
        } else if (part instanceof LastHttpContent last) {
            over = true;
            closeAgent();
            Parting.after(client.writeAndFlush(last), client.channel());
        } else {
            client.write(part);
        }
    }

    private void refuse(ChannelHandlerContext client, Failure failure) {
        if (!over && request != null) {
            over = true;
            closeAgent();
            Parting.with(Refusal.of(failure, request.headers()), client.channel());
        }
    }

    private void end(ChannelHandlerContext client) {
        over = true;
        closeAgent();
        client.close();
    }

    private void closeAgent() {
        if (agent != null) {
            agent.close();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext client) throws Exception {
        if (agent != null && !over && client.channel().isWritable()) {
            agent.read();
        }
        super.channelWritabilityChanged(client);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext client, Object event) throws Exception {
        if (request == null) {
            super.userEventTriggered(client, event);
        } else if (event instanceof IdleStateEvent && !over) {
            end(client);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext client) throws Exception {
        if (request == null) {
            super.channelInactive(client);
        } else {
            over = true;
            closeAgent();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext client, Throwable cause) {
        if (request == null) {
            client.fireExceptionCaught(cause);
            return;
        }
        if (!(cause instanceof IOException)) {
            LOG.error("the transfer of {} broke", client.channel().remoteAddress(), cause);
        }
        end(client);
    }
}
