package dev.elevo.localstack.gateway;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import dev.elevo.contract.Area;
import dev.elevo.contract.preview.PreviewAnswer;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.DomainSocketChannel;
import io.netty.channel.unix.DomainSocketReadMode;
import io.netty.channel.unix.FileDescriptor;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Connections that are handed over, to an agent that the test plays. */
@Timeout(60)
@SuppressWarnings("FutureReturnValueIgnored") // what goes wrong is seen by what comes of it
final class HandOverTest {
    private static final String RELAYED = "X-Elevo-Relay";
    /** More than a socket takes of an answer that nobody reads. */
    private static final int LONG = 5 << 20;

    /** Taken over by the agent. */
    private record Taken(Channel client, String beginning, Channel giver) {}

    private final BlockingQueue<Taken> taken = new LinkedBlockingQueue<>();
    private final ChannelGroup givers = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private EventLoopGroup loops;
    private Channel door;
    private Gateway gateway;
    private RawClient client;

    @BeforeEach
    void start(@TempDir Path folder) throws IOException {
        var path = folder.resolve("door");
        loops = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
        door = new ServerBootstrap()
                .group(loops)
                .channel(EpollServerDomainSocketChannel.class)
                .childOption(ChannelOption.AUTO_READ, false)
                .childOption(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(1).maxMessagesPerRead(1))
                .childOption(EpollChannelOption.DOMAIN_SOCKET_READ_MODE, DomainSocketReadMode.FILE_DESCRIPTORS)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel giver) {
                        givers.add(giver);
                        giver.pipeline().addLast(new Taker());
                    }
                })
                .bind(new DomainSocketAddress(path.toFile()))
                .syncUninterruptibly()
                .channel();
        gateway = Gateway.start(
                "127.0.0.1",
                0,
                Map.of(
                        Area.PROCESS,
                        event -> relayed("http://127.0.0.1:1/agent/v1/run-streams/t"),
                        Area.SANDBOXES,
                        event -> Running.answer("y".repeat(LONG)),
                        Area.FILES,
                        event -> relayed("http:// no place/")),
                new Sockets(),
                Set.of("localhost"),
                visit -> new PreviewAnswer(null, new PreviewAnswer.Refusal(2001, "none", null, null)),
                Optional.of(path));
        client = new RawClient(gateway.port());
    }

    private static APIGatewayV2HTTPResponse relayed(String location) {
        return APIGatewayV2HTTPResponse.builder()
                .withStatusCode(307)
                .withHeaders(Map.of("Location", location, RELAYED, "stream", "X-Request-ID", "req-1"))
                .build();
    }

    @AfterEach
    void stop() throws IOException {
        client.close();
        givers.close().awaitUninterruptibly();
        gateway.close();
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    /** Reads an octet at a time, to the end of what was sent ahead. */
    private final class Taker extends ChannelInboundHandlerAdapter {
        private final ByteBuf bytes = Unpooled.buffer();
        private @Nullable FileDescriptor descriptor;

        @Override
        public void channelActive(ChannelHandlerContext giver) {
            giver.read();
        }

        @Override
        public void channelRead(ChannelHandlerContext giver, Object message) {
            if (message instanceof FileDescriptor given) {
                descriptor = given;
                ((DomainSocketChannel) giver.channel()).config().setReadMode(DomainSocketReadMode.BYTES);
            } else if (message instanceof ByteBuf octet) {
                bytes.writeBytes(octet);
                octet.release();
                if (bytes.readableBytes() >= 4 && bytes.readableBytes() == 4 + bytes.getInt(0)) {
                    var connection = new EpollSocketChannel(
                            Objects.requireNonNull(descriptor).intValue());
                    connection.config().setAutoRead(false);
                    loops.register(connection).syncUninterruptibly();
                    taken.add(new Taken(connection, bytes.skipBytes(4).toString(ISO_8859_1), giver.channel()));
                }
            }
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext giver) {
            giver.read();
        }
    }

    private Taken next() throws InterruptedException {
        var next = taken.poll(20, TimeUnit.SECONDS);
        assertThat(next).as("a connection").isNotNull();
        return next;
    }

    private static void answer(Taken connection, String text) {
        connection
                .client()
                .writeAndFlush(Unpooled.copiedBuffer(text, ISO_8859_1))
                .syncUninterruptibly();
    }

    @Test
    void what_was_read_with_the_head_comes_first_and_the_rest_from_the_client_itself() throws Exception {
        client.send("PUT /transfers/ticket HTTP/1.1\r\nHost: localhost\r\nContent-Length: 8\r\n\r\nread");
        var connection = next();
        assertThat(connection.beginning())
                .startsWith("PUT /agent/v1/transfers/ticket HTTP/1.1\r\n")
                .containsIgnoringCase("\r\ncontent-length: 8\r\n")
                .contains("X-Elevo-Answer: Access-Control-Allow-Origin: *")
                .endsWith("\r\n\r\nread");

        var rest = new CompletableFuture<String>();
        connection.client().pipeline().addLast(new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext context, Object bytes) {
                rest.complete(((ByteBuf) bytes).toString(ISO_8859_1));
                ((ByteBuf) bytes).release();
            }
        });
        client.send("more");
        connection.client().read();
        assertThat(rest.get(20, TimeUnit.SECONDS)).isEqualTo("more");

        answer(connection, "HTTP/1.1 204 No Content\r\n\r\n");
        assertThat(client.readHead().status()).isEqualTo(204);
    }

    @Test
    void who_gets_an_answer_that_cannot_be_passed_on_is_told_so() throws Exception {
        var reply = client.get("/api/v1/sandboxes/a/files/read");
        assertThat(reply.status()).isEqualTo(500);
        assertThat(reply.text()).contains("\"code\":9001");
        assertThat(client.isEnded()).isTrue();
    }

    @Test
    void a_functions_answer_that_leads_to_the_agent_is_its_to_give() throws Exception {
        client.send(
                "POST /api/v1/sandboxes/a/process/run/stream HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n");
        var connection = next();
        assertThat(connection.beginning())
                .startsWith("POST /agent/v1/run-streams/t HTTP/1.1\r\n")
                .contains("X-Elevo-Answer: X-Request-ID: req-1")
                .contains("\r\nX-Request-ID: req-1\r\n")
                .doesNotContain(RELAYED);
        answer(connection, "HTTP/1.1 204 No Content\r\n\r\n");
        assertThat(client.readHead().status()).isEqualTo(204);
    }

    @Test
    void the_gateway_closes_behind_a_transfer_and_does_not_wait_for_sockets() throws Exception {
        client.send("GET /transfers/ticket HTTP/1.1\r\nHost: localhost\r\n\r\n");
        var transfer = next();
        try (var other = new RawClient(gateway.port())) {
            other.send(
                    "GET /agent/v1/direct HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
            var socket = next();

            var closing = CompletableFuture.runAsync(gateway::close);
            assertThat(socket.giver().closeFuture().await(20, TimeUnit.SECONDS)).isTrue();
            assertThat(closing).isNotDone();

            answer(transfer, "HTTP/1.1 204 No Content\r\n\r\n");
            assertThat(client.readHead().status()).isEqualTo(204);
            transfer.giver().close();
            closing.get(20, TimeUnit.SECONDS);
            socket.client().close();
        }
    }

    @Test
    void the_answer_before_it_arrives_whole() throws Exception {
        client.send(
                "GET /api/v1/sandboxes HTTP/1.1\r\nHost: localhost\r\n\r\nGET /transfers/ticket HTTP/1.1\r\nHost: localhost\r\n\r\n");
        var first = client.read();
        assertThat(first.text()).hasSize(LONG);

        answer(next(), "HTTP/1.1 204 No Content\r\n\r\n");
        assertThat(client.readHead().status()).isEqualTo(204);
    }

    @Test
    void a_body_of_uncertain_length_is_refused_and_not_kept() throws Exception {
        client.send("PUT /transfers/ticket HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: gzip, chunked\r\n\r\n");
        assertThat(client.read().status()).isEqualTo(400);
        client.send("x".repeat(1_000_000));
        assertThat(client.isEnded()).isTrue();
        assertThat(taken).isEmpty();
    }

    @Test
    void of_a_handshake_only_what_belongs_to_one_goes_on() throws Exception {
        client.send(
                "GET /agent/v1/direct HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: key\r\nX-Request-ID: mine-1\r\nX-Elevo-Answer: nonsense\r\nCookie: a=b\r\n\r\n");
        assertThat(next().beginning())
                .containsIgnoringCase("sec-websocket-key: key")
                .containsIgnoringCase("x-request-id: mine-1")
                .doesNotContainIgnoringCase("x-elevo-answer")
                .doesNotContainIgnoringCase("cookie");
    }

    @Test
    void without_an_agent_the_client_is_told_to_come_again() throws Exception {
        door.close().syncUninterruptibly();

        client.send("PUT /transfers/ticket HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4000000\r\n\r\nread");
        var reply = client.read();
        assertThat(reply.status()).isEqualTo(503);
        assertThat(reply.header("retry-after")).isEqualTo("1");
        assertThat(reply.text()).contains("9002");
        // What it still sends is nobody's, and no reason to break off.
        client.send("x".repeat(1_000_000));
        assertThat(client.isEnded()).isTrue();
    }

    @Test
    void what_is_no_transfer_is_not_handed_over() throws Exception {
        client.send("DELETE /transfers/ticket HTTP/1.1\r\nHost: localhost\r\n\r\n");
        assertThat(client.read().status()).isEqualTo(405);
        try (var other = new RawClient(gateway.port())) {
            assertThat(other.get("/transfers/no/ticket").status()).isEqualTo(404);
        }
        try (var preview = new RawClient(gateway.port())) {
            preview.send("GET /transfers/ticket HTTP/1.1\r\nHost: sbx-abcdefghijkl-3000.localhost\r\n\r\n");
            assertThat(preview.read().text()).contains("2001");
        }
        assertThat(taken).isEmpty();
    }
}
