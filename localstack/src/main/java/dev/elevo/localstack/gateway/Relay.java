package dev.elevo.localstack.gateway;

import dev.elevo.contract.Failure;
import dev.elevo.platform.engine.AgentRoutes;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.ReferenceCountUtil;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Goes where a function's answer leads, in the client's place: to the agent, whose answer is as long and takes as long as it
 * likes. Nothing is read from there before the client has taken what was read, and when the client goes, so do we.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what goes wrong with a channel comes back through its pipeline
final class Relay extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(Relay.class);
    private static final int CONNECT_MILLIS = 2000;
    /** What comes in one piece goes on in one: of small ones each would cost as much as a large one. */
    private static final int CHUNK_BYTES = 256 << 10;

    private static final WriteBufferWaterMark AHEAD = new WriteBufferWaterMark(256 << 10, 1 << 20);
    private static final Failure NO_HOST =
            new Failure.Unavailable("The host of the sandbox does not answer", Duration.ofSeconds(1));

    /** The agent's words about the connection, or about itself, are not for the client. */
    private static final Set<String> NOT_PASSED_ON = Set.of("connection", "keep-alive", "transfer-encoding", "date");

    private final ChannelHandlerContext client;
    private final FullHttpResponse answer;
    private final HttpHeaders asked;
    private final URI target;
    private @Nullable Channel host;
    private boolean begun;
    private boolean isOver;

    private Relay(ChannelHandlerContext client, FullHttpResponse answer, HttpHeaders asked, URI target) {
        this.client = client;
        this.answer = answer;
        this.asked = asked;
        this.target = target;
    }

    /**
     * Takes over the answer, where it leads to the agent; told in the client's event loop.
     *
     * @param asked the headers of the request
     */
    static Optional<Relay> follow(ChannelHandlerContext client, FullHttpResponse answer, HttpHeaders asked) {
        var location = answer.headers().get(HttpHeaderNames.LOCATION);
        if (location == null || !answer.headers().contains(AgentRoutes.RELAY_HEADER)) {
            return Optional.empty();
        }
        var relay = new Relay(client, answer, asked, URI.create(location));
        relay.connect();
        return Optional.of(relay);
    }

    private void connect() {
        client.channel().config().setWriteBufferWaterMark(AHEAD);
        new Bootstrap()
                .group(client.channel().eventLoop())
                .channel(NioSocketChannel.class)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS)
                .option(ChannelOption.AUTO_READ, false)
                .handler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        var config = new HttpDecoderConfig().setMaxChunkSize(CHUNK_BYTES);
                        channel.pipeline().addLast(new HttpClientCodec(config, false, false), Relay.this);
                    }
                })
                .connect(new InetSocketAddress(target.getHost(), target.getPort()))
                .addListener(connected -> {
                    if (!connected.isSuccess()) {
                        LOG.warn("no connection to {}", target.getAuthority(), connected.cause());
                        end();
                    }
                });
        // Whatever the client still sends is of no use; that it goes must be seen.
        client.channel().config().setAutoRead(true);
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        if (isOver) {
            context.close();
            return;
        }
        host = context.channel();
        var request = new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.POST, target.getRawPath());
        request.headers()
                .set(HttpHeaderNames.HOST, target.getAuthority())
                .set(HttpHeaderNames.CONTENT_LENGTH, 0)
                // The end of the connection is how we learn the end of the answer.
                .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        context.writeAndFlush(request);
        context.read();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (isOver) {
            ReferenceCountUtil.release(message);
        } else if (message instanceof HttpResponse head) {
            begun = true;
            client.write(head(head));
            becomeRaw(context);
        } else if (message instanceof ByteBuf bytes) {
            client.write(bytes);
        } else {
            ReferenceCountUtil.release(message);
        }
    }

    /** What follows the head is passed on as it comes, the marks of its pieces too: nobody here has to understand it. */
    private void becomeRaw(ChannelHandlerContext context) {
        client.pipeline().remove(ResponseWriter.class);
        // What it has read already comes as bytes.
        context.pipeline().remove(HttpClientCodec.class);
    }

    /** With what the function said of the request, which the agent knows nothing of. */
    private HttpResponse head(HttpResponse given) {
        var head = new DefaultHttpResponse(HttpVersion.HTTP_1_1, given.status());
        answer.headers().forEach(header -> head.headers().add(header.getKey(), header.getValue()));
        head.headers()
                .remove(HttpHeaderNames.LOCATION)
                .remove(HttpHeaderNames.CONTENT_LENGTH)
                .remove(AgentRoutes.RELAY_HEADER);
        given.headers().forEach(header -> {
            if (!NOT_PASSED_ON.contains(header.getKey().toLowerCase(Locale.ROOT))) {
                head.headers().set(header.getKey(), header.getValue());
            }
        });
        head.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        if (!head.headers().contains(HttpHeaderNames.CONTENT_LENGTH)) {
            head.headers().set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
        }
        return head;
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        client.flush();
        if (!isOver && client.channel().isWritable()) {
            context.read();
        }
    }

    /** To be called when the client takes more again. */
    void clientTakesMore() {
        if (host != null && client.channel().isWritable()) {
            host.read();
        }
    }

    /** To be called when the client is gone. */
    void clientIsGone() {
        isOver = true;
        release();
        if (host != null) {
            host.close();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        end();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        LOG.warn("the connection to a host broke", cause);
        context.close();
    }

    /** Of what has begun the client sees himself whether it is whole: the last piece says so. */
    private void end() {
        if (isOver) {
            return;
        }
        isOver = true;
        release();
        if (begun) {
            Parting.after(client.writeAndFlush(Unpooled.EMPTY_BUFFER), client.channel());
        } else {
            Parting.with(Refusal.of(NO_HOST, asked), client.channel());
        }
    }

    private void release() {
        if (answer.refCnt() > 0) {
            answer.release();
        }
    }
}
