package dev.elevo.localstack.gateway;

import dev.elevo.contract.ErrorBody;
import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import dev.elevo.contract.agent.AgentPaths;
import dev.elevo.contract.agent.PortRoute;
import io.micronaut.serde.ObjectMapper;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Connects to a port inside a sandbox: the agent makes a request for it a connection. */
@SuppressWarnings("FutureReturnValueIgnored") // what goes wrong with a channel comes back through its pipeline
final class PortConnector extends SimpleChannelInboundHandler<HttpObject> {
    private static final Logger LOG = LoggerFactory.getLogger(PortConnector.class);
    private static final int CONNECT_MILLIS = 2000;
    /** More than the agent takes to find out that nothing answers. */
    private static final long ANSWER_SECONDS = 10;

    private static final int MOST_WORDS = 64 << 10;
    private static final Failure NO_HOST =
            new Failure.Unavailable("The host of the sandbox does not answer", Duration.ofSeconds(1));

    private final PortRoute route;
    private final Outcome outcome;
    private final StringBuilder words = new StringBuilder();
    private @Nullable Future<?> late;
    private boolean switched;
    private boolean told;

    /** Told once, in the event loop. */
    interface Outcome {
        /** Nothing is read from the channel until it is asked for. */
        void connected(Channel channel);

        void refused(Failure failure);
    }

    private PortConnector(PortRoute route, Outcome outcome) {
        this.route = route;
        this.outcome = outcome;
    }

    static void connect(EventLoop loop, PortRoute route, Outcome outcome) {
        var url = URI.create(route.url());
        var connector = new PortConnector(route, outcome);
        new Bootstrap()
                .group(loop)
                .channel(EpollSocketChannel.class)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS)
                .handler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        channel.pipeline().addLast(new HttpClientCodec(), connector);
                    }
                })
                .connect(new InetSocketAddress(url.getHost(), url.getPort()))
                .addListener(connected -> {
                    if (!connected.isSuccess()) {
                        LOG.warn("no connection to {}", url.getAuthority(), connected.cause());
                        connector.refuse(NO_HOST);
                    }
                });
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        var url = URI.create(route.url());
        var request = new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, url.getRawPath());
        request.headers()
                .set(HttpHeaderNames.HOST, url.getAuthority())
                .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE)
                .set(HttpHeaderNames.UPGRADE, AgentPaths.PORT_PROTOCOL)
                .set(AgentPaths.CAPABILITY_HEADER, route.capability());
        context.writeAndFlush(request);
        late = context.executor().schedule(() -> context.close(), ANSWER_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, HttpObject message) {
        if (message instanceof HttpResponse response) {
            switched = response.status().equals(HttpResponseStatus.SWITCHING_PROTOCOLS);
            if (switched) {
                // What comes next is the service's, and read when there is somebody for it.
                context.channel().config().setAutoRead(false);
            }
        }
        if (message instanceof HttpContent part && words.length() < MOST_WORDS) {
            words.append(text(part.content()));
        }
        if (message instanceof LastHttpContent) {
            if (switched) {
                hand(context);
            } else {
                refuse(failure());
                context.close();
            }
        }
    }

    private static String text(ByteBuf content) {
        return content.toString(StandardCharsets.UTF_8);
    }

    private void hand(ChannelHandlerContext context) {
        told = true;
        if (late != null) {
            late.cancel(false);
        }
        var pipeline = context.pipeline();
        // First, or what is written next would pass it; last we, who hand on what it has read already.
        pipeline.remove(HttpClientCodec.class);
        outcome.connected(context.channel());
        pipeline.remove(this);
    }

    private void refuse(Failure failure) {
        if (!told) {
            told = true;
            if (late != null) {
                late.cancel(false);
            }
            outcome.refused(failure);
        }
    }

    private Failure failure() {
        try {
            var body = ObjectMapper.getDefault().readValue(words.toString(), ErrorBody.class);
            if (body != null) {
                return failure(body.error());
            }
        } catch (IOException e) {
            LOG.error("the agent refuses a connection to a port in words of its own: {}", words, e);
        }
        return new Failure.Refused(ErrorCode.INTERNAL_ERROR, "Internal error");
    }

    private static Failure failure(ErrorBody.Content error) {
        return switch (ErrorCode.ofNumber(error.code())) {
            case null -> new Failure.Refused(ErrorCode.INTERNAL_ERROR, "Internal error");
            case UNAUTHORIZED, FORBIDDEN, TOKEN_EXPIRED, INVALID_TOKEN, INSUFFICIENT_SCOPE, RESOURCE_NOT_FOUND -> {
                LOG.error("the agent refuses a connection to a port: {} {}", error.name(), error.message());
                yield new Failure.Refused(ErrorCode.INTERNAL_ERROR, "Internal error");
            }
            case SERVICE_UNAVAILABLE -> new Failure.Unavailable(error.message(), Duration.ofSeconds(1));
            case ErrorCode code -> {
                var details = error.details();
                yield new Failure.Refused(code, error.message(), details == null ? Map.of() : details);
            }
        };
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        refuse(NO_HOST);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        LOG.warn("the connection to a host broke", cause);
        refuse(NO_HOST);
        context.close();
    }
}
