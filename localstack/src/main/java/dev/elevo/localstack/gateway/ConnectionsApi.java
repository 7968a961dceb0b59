package dev.elevo.localstack.gateway;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.concurrent.TimeUnit;

/**
 * API Gateway's {@code @connections}, for the functions of this machine: on a port of the loopback that clients are not told, and
 * only for who knows a secret, which is made anew at every start. The port clients know does not have it.
 */
public final class ConnectionsApi implements AutoCloseable {
    private static final int SECRET_BYTES = 32;

    private final EventLoopGroup loop;
    private final Channel listener;
    private final String secret;

    private ConnectionsApi(EventLoopGroup loop, Channel listener, String secret) {
        this.loop = loop;
        this.listener = listener;
        this.secret = secret;
    }

    public static ConnectionsApi start(Sockets sockets) {
        return start(sockets, 0, newSecret());
    }

    /** At a port and with a secret that somebody else knows already: who stands before it. */
    public static ConnectionsApi start(Sockets sockets, int port, String secret) {
        var loop = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
        var bound = new ServerBootstrap()
                .group(loop)
                .channel(EpollServerSocketChannel.class)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        channel.pipeline()
                                .addLast(new HttpServerCodec())
                                .addLast(new HttpObjectAggregator(
                                        sockets.limits().messageBytes()))
                                .addLast(new ConnectionsRequests(sockets, secret));
                    }
                })
                .bind(InetAddress.getLoopbackAddress(), port)
                .syncUninterruptibly();
        return new ConnectionsApi(loop, bound.channel(), secret);
    }

    private static String newSecret() {
        var bytes = new byte[SECRET_BYTES];
        new SecureRandom().nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    public String url() {
        return "http://127.0.0.1:" + ((InetSocketAddress) listener.localAddress()).getPort();
    }

    public String secret() {
        return secret;
    }

    @Override
    public void close() {
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
