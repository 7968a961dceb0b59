package dev.elevo.platform.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.elevo.contract.ApiException;
import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.room.CallRoom;
import dev.elevo.contract.room.HeapRoom;
import dev.elevo.platform.outbound.OutboundHttp;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class WholeAnswerTest {
    private static final int LARGE = 3 << 20;

    /** A path is the length of the answer to it; below {@code /lost} less comes, below {@code /unsaid} it is not told. */
    private HttpServer agent;

    private final OutboundHttp http = new OutboundHttp();
    private final HeapRoom heap = new HeapRoom(4 * LARGE, HeapRoom.Use.ANSWERS, Duration.ofMillis(50));

    @BeforeEach
    void start() throws IOException {
        agent = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        agent.createContext("/", exchange -> {
            var path = exchange.getRequestURI().getPath();
            var body = new byte[Integer.parseInt(path.substring(path.lastIndexOf('/') + 1))];
            Arrays.fill(body, (byte) 'x');
            var said = path.startsWith("/unsaid") ? 0 : path.startsWith("/lost") ? body.length + 1 : body.length;
            exchange.sendResponseHeaders(200, said);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        agent.start();
    }

    @AfterEach
    void stop() {
        http.close();
        agent.stop(0);
    }

    private WholeAnswer ask(String path) throws IOException, InterruptedException {
        return WholeAnswer.of(
                http,
                HttpRequest.newBuilder(URI.create(
                                "http://127.0.0.1:" + agent.getAddress().getPort() + path))
                        .build());
    }

    @Test
    void a_large_one_takes_room_and_a_small_one_does_not() throws Exception {
        try (var share = heap.share()) {
            assertThat(CallRoom.within(share, () -> ask("/1000")).body()).hasSize(1000);
            assertThat(share.isEmpty()).isTrue();

            assertThat(CallRoom.within(share, () -> ask("/" + LARGE)).body())
                    .hasSize(LARGE)
                    .containsOnly('x');
            assertThat(share.isEmpty()).isFalse();
        }
    }

    @Test
    void one_for_which_there_is_no_room_is_left() throws Exception {
        try (var share = heap.share();
                var next = heap.share()) {
            share.take(LARGE);

            assertThatThrownBy(() -> CallRoom.within(next, () -> ask("/" + LARGE)))
                    .isInstanceOfSatisfying(
                            ApiException.class,
                            refused -> assertThat(refused.failure().code()).isEqualTo(ErrorCode.RESOURCE_EXHAUSTED));
            assertThat(CallRoom.within(next, () -> ask("/1000")).body()).hasSize(1000);
        }
    }

    @Test
    void one_without_a_length_comes_whole() throws Exception {
        assertThat(ask("/unsaid/1000").body()).hasSize(1000);
        assertThat(ask("/unsaid/" + LARGE).body()).hasSize(LARGE);
    }

    @Test
    void where_no_room_is_counted_none_is_waited_for() throws Exception {
        assertThat(ask("/" + 5 * LARGE).body()).hasSize(5 * LARGE);
    }

    @Test
    void one_that_is_cut_off_is_none() {
        assertThatThrownBy(() -> ask("/lost/" + LARGE)).isInstanceOf(IOException.class);
    }

    @Test
    void one_that_is_larger_than_any_is_none() {
        assertThatThrownBy(() -> ask("/" + (65 << 20))).isInstanceOf(IOException.class);
    }
}
