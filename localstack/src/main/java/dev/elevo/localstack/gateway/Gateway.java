package dev.elevo.localstack.gateway;

import dev.elevo.contract.Area;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.flow.FlowControlHandler;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.net.InetSocketAddress;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** Listens for HTTP and gives each request to the function of its area. */
public final class Gateway implements AutoCloseable {
    /** Two are plenty to move bytes; the functions run on virtual threads. */
    private static final int EVENT_LOOPS = 2;

    private static final long DRAIN_SECONDS = 30;

    private final EventLoopGroup loops;
    private final Channel listener;
    private final ChannelGroup connections;
    private final Invocations invocations;

    private Gateway(EventLoopGroup loops, Channel listener, ChannelGroup connections, Invocations invocations) {
        this.loops = loops;
        this.listener = listener;
        this.connections = connections;
        this.invocations = invocations;
    }

    /** Listens from here on; port 0 is any free one. */
    public static Gateway start(String bind, int port, Map<Area, EventHandler> handlers) {
        return start(bind, port, handlers, new Sockets(), Limits.CLOUD);
    }

    /**
     * With WebSockets, and previews of what listens inside sandboxes.
     *
     * @param sockets what connections are found by, so that functions can write to them
     * @param domains below which each sandbox has a name of its own
     * @param agent whose own doors, for streams and for transfers of files, clients come to through us
     */
    public static Gateway start(
            String bind,
            int port,
            Map<Area, EventHandler> handlers,
            Sockets sockets,
            Set<String> domains,
            PreviewGuard guard,
            InetSocketAddress agent) {
        var previews = new Previews(domains, new Admissions(guard));
        var known = new EnumMap<>(handlers);
        known.computeIfPresent(Area.SANDBOXES, (area, handler) -> new ForgetfulHandler(handler, previews.admissions()));
        return start(bind, port, known, sockets, Limits.CLOUD, Optional.of(previews), Optional.of(agent));
    }

    static Gateway start(String bind, int port, Map<Area, EventHandler> handlers, Sockets sockets, Limits limits) {
        return start(bind, port, handlers, sockets, limits, Optional.empty(), Optional.empty());
    }

    private static Gateway start(
            String bind,
            int port,
            Map<Area, EventHandler> handlers,
            Sockets sockets,
            Limits limits,
            Optional<Previews> previews,
            Optional<InetSocketAddress> agent) {
        var invocations = new Invocations(new RouteTable(), new EnumMap<>(handlers), limits);
        var connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
        var loops = new MultiThreadIoEventLoopGroup(EVENT_LOOPS, NioIoHandler.newFactory());
        var bound = new ServerBootstrap()
                .group(loops)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, 1024)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        connections.add(channel);
                        fill(channel.pipeline(), invocations, sockets, limits, previews, agent);
                    }
                })
                .bind(bind, port)
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            // Threads that nobody could stop any more must not stay behind.
            loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
            throw new IllegalStateException(
                    "cannot listen on " + bind + ":" + port + ": "
                            + bound.cause().getMessage(),
                    bound.cause());
        }
        return new Gateway(loops, bound.channel(), connections, invocations);
    }

    private static void fill(
            ChannelPipeline pipeline,
            Invocations invocations,
            Sockets sockets,
            Limits limits,
            Optional<Previews> previews,
            Optional<InetSocketAddress> agent) {
        var reader = new RequestReader(limits);
        pipeline.addLast(new IdleStateHandler(0, 0, limits.idleTime().toMillis(), TimeUnit.MILLISECONDS))
                .addLast(reader)
                .addLast(new ResponseWriter(reader))
                .addLast(new FlowControlHandler());
        previews.ifPresent(shown -> pipeline.addLast(new PreviewConnection(shown, limits)));
        // Behind the previews: whatever path a service inside has is its own.
        agent.map(Transfers::new).ifPresent(known -> pipeline.addLast(new TransferConnection(known, limits)));
        pipeline.addLast(new WholeRequests(limits)).addLast(new Connection(invocations, sockets, agent));
    }

    public int port() {
        return ((InetSocketAddress) listener.localAddress()).getPort();
    }

    /** No new requests; those under way are answered. */
    @Override
    public void close() {
        listener.close().syncUninterruptibly();
        connections.forEach(connection -> connection.pipeline().fireUserEventTriggered(new Connection.Drain()));
        connections.newCloseFuture().awaitUninterruptibly(DRAIN_SECONDS, TimeUnit.SECONDS);
        // A function may still be at work for a client that has gone.
        invocations.awaitNone(DRAIN_SECONDS, TimeUnit.SECONDS);
        connections.close().awaitUninterruptibly();
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
