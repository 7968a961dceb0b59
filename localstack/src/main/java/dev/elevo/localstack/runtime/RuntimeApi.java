package dev.elevo.localstack.runtime;

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
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** The Lambda Runtime API for one process of one function, on a port of its own. */
public final class RuntimeApi implements AutoCloseable {
    private static final String ARN = "arn:aws:lambda:us-east-1:000000000000:function:";

    /** Far above what an answer may have: it is for the API to say how large one was. */
    private static final int REQUEST_BYTES = 64 * 1024 * 1024;

    private final Conversation conversation;
    private final EventLoopGroup loop;
    private final Channel listener;

    private RuntimeApi(Conversation conversation, EventLoopGroup loop, Channel listener) {
        this.conversation = conversation;
        this.loop = loop;
        this.listener = listener;
    }

    public static RuntimeApi start(String function) {
        var conversation = new Conversation();
        var loop = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
        var bound = new ServerBootstrap()
                .group(loop)
                .channel(EpollServerSocketChannel.class)
                .childOption(
                        ChannelOption.TCP_NODELAY, true) // else the client's delayed acknowledgements cost 40 ms each
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        channel.pipeline()
                                .addLast(new HttpServerCodec())
                                .addLast(new HttpObjectAggregator(REQUEST_BYTES))
                                .addLast(new RuntimeConnection(conversation, ARN + function));
                    }
                })
                .bind(InetAddress.getLoopbackAddress(), 0)
                .syncUninterruptibly();
        return new RuntimeApi(conversation, loop, bound.channel());
    }

    /** What the client finds in {@code AWS_LAMBDA_RUNTIME_API}. */
    public String address() {
        return "127.0.0.1:" + ((InetSocketAddress) listener.localAddress()).getPort();
    }

    /** Done when the function has started and asks for work. */
    CompletableFuture<Void> started() {
        return conversation.started();
    }

    /** Done when a function that starts as for SnapStart is ready for its snapshot: it waits for {@link #restore}. */
    public CompletableFuture<Void> ready() {
        return conversation.ready();
    }

    /** It is as if the function began with its snapshot now. */
    public void restore() {
        conversation.restored().complete(null);
    }

    /**
     * Gives an event to the function, which may still be starting.
     *
     * @param deadline told to the function; to keep it is the caller's affair
     * @return the function's JSON, or a {@link FunctionFailedException}
     */
    public CompletableFuture<String> invoke(String event, Instant deadline) {
        var invocation = new Invocation(event, deadline);
        conversation.begin(invocation);
        return invocation.result();
    }

    /** The process is no more; neither is what it was doing. */
    void end(String why) {
        conversation.end(why);
    }

    boolean isOver() {
        return conversation.isOver();
    }

    @Override
    public void close() {
        end("the Runtime API is closed");
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
