package dev.elevo.localstack.gateway;

import dev.elevo.contract.Failure;
import dev.elevo.contract.agent.AgentPaths;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequestEncoder;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way to the agent's own door for who is not at this machine: the handshake and all that follows is passed on as it comes. Only
 * that one path leads there, and the agent asks for a ticket.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what goes wrong with a channel comes back through its pipeline
final class DirectTunnel {
    private static final Logger LOG = LoggerFactory.getLogger(DirectTunnel.class);
    private static final int CONNECT_MILLIS = 2000;
    private static final Failure NO_HOST =
            new Failure.Unavailable("The host of the sandbox does not answer", Duration.ofSeconds(1));

    private DirectTunnel() {}

    static boolean isFor(FullHttpRequest request) {
        var question = request.uri().indexOf('?');
        var path = question < 0 ? request.uri() : request.uri().substring(0, question);
        return path.equals(AgentPaths.DIRECT)
                && request.method().equals(HttpMethod.GET)
                && request.headers().containsValue(HttpHeaderNames.UPGRADE, "websocket", true);
    }

    /** Takes over the request. The channel of the client is nobody else's from here on, unless it is refused. */
    static void open(
            ChannelHandlerContext client, FullHttpRequest request, InetSocketAddress agent, Consumer<Failure> refused) {
        new Bootstrap()
                .group(client.channel().eventLoop())
                .channel(NioSocketChannel.class)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS)
                .handler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        channel.pipeline().addLast(new HttpRequestEncoder(), new Pipe(client.channel()));
                    }
                })
                .connect(agent)
                .addListener((ChannelFuture connected) -> {
                    if (connected.isSuccess()) {
                        join(client, request, connected.channel());
                    } else {
                        LOG.warn("no connection to the agent", connected.cause());
                        request.release();
                        refused.accept(NO_HOST);
                    }
                });
    }

    private static void join(ChannelHandlerContext client, FullHttpRequest request, Channel agent) {
        if (!client.channel().isActive()) {
            request.release();
            agent.close();
            return;
        }
        var pipeline = client.pipeline();
        pipeline.addLast(new Pipe(agent));
        agent.writeAndFlush(request).addListener(written -> agent.pipeline().remove(HttpRequestEncoder.class));
        if (pipeline.get(PreviewConnection.class) != null) {
            pipeline.remove(PreviewConnection.class);
        }
        PreviewConnection.strip(pipeline);
        client.channel().config().setAutoRead(true);
    }
}
