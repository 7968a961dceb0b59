package dev.elevo.localstack.gateway;

import dev.elevo.contract.Area;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.flow.FlowControlHandler;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.net.InetSocketAddress;
import java.nio.file.Path;
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
     * @param agentDoor at which the agent takes over the connections of its own requests: for streams, and transfers of files; empty where
     *     it has none
     */
    public static Gateway start(
            String bind,
            int port,
            Map<Area, EventHandler> handlers,
            Sockets sockets,
            Set<String> domains,
            PreviewGuard guard,
            Optional<Path> agentDoor) {
        return start(bind, port, handlers, sockets, new Previews(domains, new Admissions(guard)), agentDoor);
    }

    static Gateway start(
            String bind,
            int port,
            Map<Area, EventHandler> handlers,
            Sockets sockets,
            Previews previews,
            Optional<Path> agentDoor) {
        var known = new EnumMap<>(handlers);
        known.computeIfPresent(Area.SANDBOXES, (area, handler) -> new ForgetfulHandler(handler, previews.admissions()));
        return start(bind, port, known, sockets, Limits.CLOUD, Optional.of(previews), agentDoor);
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
            Optional<Path> agentDoor) {
        var invocations = new Invocations(new RouteTable(), new EnumMap<>(handlers), limits);
        var connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
        var agent = agentDoor.map(path -> new AgentDoor(new DomainSocketAddress(path.toFile()), connections));
        var loops = new MultiThreadIoEventLoopGroup(EVENT_LOOPS, EpollIoHandler.newFactory());
        var bound = new ServerBootstrap()
                .group(loops)
                .channel(EpollServerSocketChannel.class)
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
            Optional<AgentDoor> agent) {
        var reader = new RequestReader(limits, request -> agent.isPresent() && isTransfer(request, previews));
        pipeline.addLast(new IdleStateHandler(0, 0, limits.idleTime().toMillis(), TimeUnit.MILLISECONDS))
                .addLast(reader)
                .addLast(new ResponseWriter(reader))
                .addLast(new FlowControlHandler());
        previews.ifPresent(shown -> pipeline.addLast(new PreviewConnection(shown, limits)));
        // Behind the previews: whatever path a service inside has is its own.
        agent.ifPresent(door -> pipeline.addLast(new TransferConnection(door, limits)));
        pipeline.addLast(new WholeRequests(limits)).addLast(new Connection(invocations, sockets, agent));
    }

    private static boolean isTransfer(HttpRequest request, Optional<Previews> previews) {
        return Transfers.takes(request)
                && previews.map(shown -> !PreviewAddress.isIn(request, shown.domains()))
                        .orElse(true);
    }

    public int port() {
        return ((InetSocketAddress) listener.localAddress()).getPort();
    }

    /** No new requests; those under way are answered. */
    @Override
    public void close() {
        if (loops.isShuttingDown()) {
            return;
        }
        listener.close().syncUninterruptibly();
        connections.forEach(connection -> connection.pipeline().fireUserEventTriggered(new Connection.Drain()));
        connections.newCloseFuture().awaitUninterruptibly(DRAIN_SECONDS, TimeUnit.SECONDS);
        // A function may still be at work for a client that has gone.
        invocations.awaitNone(DRAIN_SECONDS, TimeUnit.SECONDS);
        connections.close().awaitUninterruptibly();
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
