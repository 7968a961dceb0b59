package dev.elevo.agent.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elevo.contract.testing.Eventually;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.io.DataInputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Several threads write to one client, who is slower than they are. */
@SuppressWarnings("FutureReturnValueIgnored") // what matters arrives
final class ClientLineTest {
    private static final int EACH = 3000;
    private static final int LENGTH = 1000;
    private static final int SMALL = 4096;

    private EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());

    @AfterEach
    void stop() {
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void all_arrives_whole_and_in_the_order_of_each_thread(boolean hasDescriptors) throws Exception {
        var arrived = new CompletableFuture<Channel>();
        var door = listen(hasDescriptors, arrived);
        try (var client = new Socket()) {
            client.setReceiveBufferSize(SMALL);
            client.connect(door);
            var channel = arrived.get(10, TimeUnit.SECONDS);
            var line = ClientLine.of(channel);

            var other = Thread.startVirtualThread(() -> {
                for (int i = 0; i < EACH; i++) {
                    line.send(frame(1, i));
                }
            });
            channel.eventLoop().execute(() -> sendInLoop(channel, line, 0));
            Eventually.await(() -> !line.isFree()); // the client is behind

            var next = new int[2];
            var in = new DataInputStream(client.getInputStream());
            for (int i = 0; i < 2 * EACH; i++) {
                var sender = in.readInt();
                assertThat(in.readInt()).isEqualTo(next[sender]++);
                var rest = in.readNBytes(LENGTH);
                var whole = new byte[LENGTH];
                Arrays.fill(whole, (byte) sender);
                assertThat(rest).isEqualTo(whole);
            }
            other.join();
            channel.close().sync();
            assertThat(in.read()).isEqualTo(-1);
        }
    }

    /** One after the other, so that they meet the other thread's everywhere. */
    private static void sendInLoop(Channel channel, ClientLine line, int number) {
        if (number < EACH) {
            line.send(frame(0, number));
            channel.eventLoop().execute(() -> sendInLoop(channel, line, number + 1));
        }
    }

    private static ByteBuf frame(int sender, int number) {
        var frame = Unpooled.directBuffer(8 + LENGTH).writeInt(sender).writeInt(number);
        var content = new byte[LENGTH];
        Arrays.fill(content, (byte) sender);
        return frame.writeBytes(content);
    }

    private InetSocketAddress listen(boolean hasDescriptors, CompletableFuture<Channel> arrived) {
        Class<? extends ServerChannel> kind =
                hasDescriptors ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
        if (!hasDescriptors) {
            loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
            loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
        }
        var bound = new ServerBootstrap()
                .group(loops)
                .channel(kind)
                .childOption(ChannelOption.SO_SNDBUF, SMALL)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        arrived.complete(channel);
                    }
                })
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .syncUninterruptibly();
        return (InetSocketAddress) bound.channel().localAddress();
    }
}
