package dev.elevo.localstack.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import dev.elevo.contract.Area;
import dev.elevo.platform.streams.SocketEvent;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** WebSockets over real sockets; the function is the test's own. */
@Timeout(60)
class SocketsTest {
    private static final String EVENTS = "/api/v1/events";

    private final Sockets sockets = new Sockets();
    private final ConnectionsApi api = ConnectionsApi.start(sockets);
    private final HttpClient http = HttpClient.newHttpClient();
    private final Function function = new Function();
    private Gateway gateway = start(sockets);

    /** Takes in whom it is told to, and remembers what it was told. */
    private static final class Function implements EventHandler {
        private final BlockingQueue<SocketEvent> heard = new LinkedBlockingQueue<>();
        private volatile APIGatewayV2HTTPResponse verdict = answer(200, Map.of(), "");

        @Override
        public APIGatewayV2HTTPResponse handle(APIGatewayV2HTTPEvent event) {
            return answer(404, Map.of(), event.getRawPath() + " is nobody's");
        }

        @Override
        public APIGatewayV2HTTPResponse handle(SocketEvent event) {
            heard.add(event);
            if (event instanceof SocketEvent.Message message && message.body().equals("fail")) {
                throw new IllegalStateException("as told");
            }
            return event instanceof SocketEvent.Connect ? verdict : answer(200, Map.of(), "");
        }

        <E extends SocketEvent> E next(Class<E> type) throws InterruptedException {
            var event = heard.poll(20, TimeUnit.SECONDS);
            return type.cast(Objects.requireNonNull(event, "nothing was told"));
        }
    }

    private Gateway start(Sockets with) {
        return Gateway.start(
                "127.0.0.1",
                0,
                Stream.of(Area.values()).collect(Collectors.toMap(area -> area, area -> function)),
                with,
                Limits.CLOUD);
    }

    @AfterEach
    void stop() {
        gateway.close();
        api.close();
        http.shutdownNow();
    }

    @Test
    void a_connection_is_asked_for_spoken_on_and_told_to_have_ended() throws Exception {
        try (var client = new SocketClient(gateway.port(), EVENTS + "?sandboxId=a%20b&labels=x%3D1&labels=y")) {
            var connect = function.next(SocketEvent.Connect.class);
            assertThat(connect.query())
                    .containsEntry("stream", List.of(EVENTS))
                    .containsEntry("sandboxId", List.of("a b"))
                    .containsEntry("labels", List.of("x=1", "y"));
            assertThat(connect.sourceIp()).isEqualTo("127.0.0.1");
            assertThat(connect.headers()).containsEntry("upgrade", "websocket");

            client.say("hällo");
            assertThat(function.next(SocketEvent.Message.class))
                    .isEqualTo(new SocketEvent.Message(connect.connectionId(), "hällo", false));
            assertThat(post(connect.connectionId(), "wörld")).isEqualTo(200);
            assertThat(client.hear()).isEqualTo("wörld");

            client.raw().sendClose(4000, "bye").join();
            assertThat(client.closeCode()).isEqualTo(4000);
            var gone = function.next(SocketEvent.Disconnect.class);
            assertThat(gone.connectionId()).isEqualTo(connect.connectionId());
            assertThat(gone.code()).isEqualTo(4000);
            assertThat(post(connect.connectionId(), "late")).isEqualTo(410);
            assertThat(function.heard).isEmpty();
        }
    }

    @Test
    void the_stream_may_be_named_by_a_parameter() throws Exception {
        try (var client = new SocketClient(gateway.port(), "/?stream=%2Fapi%2Fv1%2Fevents&cursor=c")) {
            assertThat(function.next(SocketEvent.Connect.class).query())
                    .containsEntry("stream", List.of(EVENTS))
                    .containsEntry("cursor", List.of("c"));
            assertThat(client.raw().isOutputClosed()).isFalse();
        }
    }

    @Test
    void a_refusal_reaches_the_client_as_it_is() throws Exception {
        function.verdict =
                answer(401, Map.of("content-type", "application/json", "www-authenticate", "Bearer"), "{\"error\":1}");

        try (var client = new RawClient(gateway.port())) {
            client.send(
                    "GET " + EVENTS + " HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                            + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
            var reply = client.read();

            assertThat(reply.status()).isEqualTo(401);
            assertThat(reply.text()).isEqualTo("{\"error\":1}");
            assertThat(reply.header("www-authenticate")).isEqualTo("Bearer");
            assertThat(client.get("/after").status()).isEqualTo(404);
        }
    }

    @Test
    void a_subprotocol_the_function_chose_is_answered() throws Exception {
        function.verdict = answer(200, Map.of("Sec-WebSocket-Protocol", "bearer"), "");

        try (var client = new SocketClient(gateway.port(), EVENTS, "bearer", "the-token")) {
            assertThat(client.raw().getSubprotocol()).isEqualTo("bearer");
            assertThat(function.next(SocketEvent.Connect.class).headers())
                    .hasEntrySatisfying(
                            "sec-websocket-protocol",
                            offered -> assertThat(offered).isEqualToIgnoringWhitespace("bearer,the-token"));
        }
    }

    @Test
    void what_is_no_stream_is_an_ordinary_request() {
        assertThatThrownBy(() -> new SocketClient(gateway.port(), "/api/v1/sandboxes"))
                .isInstanceOfSatisfying(
                        WebSocketHandshakeException.class,
                        refused ->
                                assertThat(refused.getResponse().statusCode()).isEqualTo(404));
        assertThat(function.heard).isEmpty();
    }

    @Test
    void nobody_outside_can_write_to_a_connection() throws Exception {
        try (var client = new SocketClient(gateway.port(), EVENTS);
                var outsider = new RawClient(gateway.port())) {
            var id = function.next(SocketEvent.Connect.class).connectionId();

            assertThat(outsider.get("/@connections/" + id).status()).isEqualTo(404);
            assertThat(call("POST", api.url(), id, "spam", "").statusCode()).isEqualTo(404);
            assertThat(call("POST", api.url(), id, "spam", "Bearer wrong").statusCode())
                    .isEqualTo(404);
            assertThat(call("DELETE", api.url(), id, "", "Bearer ").statusCode())
                    .isEqualTo(404);
            post(id, "ours");
            assertThat(client.hear()).isEqualTo("ours");
        }
    }

    @Test
    void messages_keep_their_order_in_both_directions() throws Exception {
        try (var client = new SocketClient(gateway.port(), EVENTS)) {
            var id = function.next(SocketEvent.Connect.class).connectionId();
            for (int i = 0; i < 200; i++) {
                client.say("in " + i);
                post(id, "out " + i);
            }
            for (int i = 0; i < 200; i++) {
                assertThat(function.next(SocketEvent.Message.class).body()).isEqualTo("in " + i);
                assertThat(client.hear()).isEqualTo("out " + i);
            }
        }
    }

    @Test
    void a_large_message_comes_in_frames_and_arrives_whole() throws Exception {
        try (var client = new SocketClient(gateway.port(), EVENTS)) {
            var id = function.next(SocketEvent.Connect.class).connectionId();

            assertThat(post(id, "ü".repeat(60_000))).isEqualTo(200);

            assertThat(client.hear()).isEqualTo("ü".repeat(60_000));
        }
    }

    @Test
    void a_function_ends_a_connection_with_its_code() throws Exception {
        try (var client = new SocketClient(gateway.port(), EVENTS)) {
            var id = function.next(SocketEvent.Connect.class).connectionId();

            var request = HttpRequest.newBuilder(URI.create(api.url() + "/@connections/" + id.replace("=", "%3D")))
                    .header("Authorization", "Bearer " + api.secret())
                    .header("X-Elevo-Close-Code", "4400")
                    .DELETE()
                    .build();
            assertThat(http.send(request, HttpResponse.BodyHandlers.ofString()).statusCode())
                    .isEqualTo(204);

            assertThat(client.closeCode()).isEqualTo(4400);
            assertThat(function.next(SocketEvent.Disconnect.class).code()).isEqualTo(4400);
        }
    }

    @Test
    void it_says_when_a_client_was_last_heard() throws Exception {
        try (var client = new SocketClient(gateway.port(), EVENTS)) {
            var id = function.next(SocketEvent.Connect.class).connectionId();
            client.raw().sendPing(ByteBuffer.allocate(0)).join();
            assertThat(client.hear()).isEqualTo("PONG");

            assertThat(call("GET", api.url(), id, "", "Bearer " + api.secret()).body())
                    .contains("\"connectedAt\":\"20")
                    .contains("\"lastActiveAt\":\"20");
        }
    }

    @Test
    void a_binary_frame_ends_it() throws Exception {
        try (var client = new SocketClient(gateway.port(), EVENTS)) {
            client.raw().sendBinary(ByteBuffer.wrap(new byte[] {1}), true).join();

            assertThat(client.closeCode()).isEqualTo(1003);
        }
    }

    /** A client's library would cut it into smaller ones. */
    @Test
    void a_frame_of_more_than_32_kib_ends_it() throws Exception {
        try (var client = new RawClient(gateway.port())) {
            upgrade(client);
            function.next(SocketEvent.Connect.class);
            client.send(frame(SocketLimits.CLOUD.frameBytes()));
            assertThat(function.next(SocketEvent.Message.class).body()).hasSize(SocketLimits.CLOUD.frameBytes());

            client.send(frame(SocketLimits.CLOUD.frameBytes() + 1));

            assertThat(function.next(SocketEvent.Disconnect.class).code()).isEqualTo(1009);
            assertThat(client.readBytes(4)).containsExactly(0x88, 2, 1009 >> 8, 1009 & 0xff);
        }
    }

    @Test
    void a_message_of_more_than_128_kib_ends_it_however_many_frames_it_has() throws Exception {
        try (var client = new SocketClient(gateway.port(), EVENTS)) {
            for (int i = 0; i < 5; i++) {
                client.raw().sendText("x".repeat(30_000), false).join();
            }

            assertThat(client.closeCode()).isEqualTo(1009);
        }
    }

    @Test
    void a_function_that_fails_is_told_and_it_goes_on() throws Exception {
        try (var client = new SocketClient(gateway.port(), EVENTS)) {
            client.say("fail");
            assertThat(client.hear()).contains("Internal server error");
            client.say("again");

            function.next(SocketEvent.Connect.class);
            function.next(SocketEvent.Message.class);
            assertThat(function.next(SocketEvent.Message.class).body()).isEqualTo("again");
        }
    }

    @Test
    void a_client_that_hangs_up_without_a_word_is_told_too() throws Exception {
        try (var client = new SocketClient(gateway.port(), EVENTS)) {
            function.next(SocketEvent.Connect.class);
            client.raw().abort();

            assertThat(function.next(SocketEvent.Disconnect.class).code()).isEqualTo(1006);
        }
    }

    @Test
    void who_says_nothing_for_long_is_let_go() throws Exception {
        gateway.close();
        gateway = start(new Sockets(limits(1024 * 1024, Duration.ofMillis(300), Duration.ofHours(1))));
        try (var client = new SocketClient(gateway.port(), EVENTS)) {
            assertThat(client.closeCode()).isEqualTo(4408);
        }
    }

    @Test
    void a_connection_has_its_time() throws Exception {
        gateway.close();
        gateway = start(new Sockets(limits(1024 * 1024, Duration.ofHours(1), Duration.ofMillis(300))));
        try (var client = new SocketClient(gateway.port(), EVENTS)) {
            assertThat(client.closeCode()).isEqualTo(1001);
        }
    }

    @Test
    void who_does_not_read_is_let_go_before_it_costs_more_than_a_mebibyte() throws Exception {
        try (var client = new RawClient(gateway.port())) {
            upgrade(client);
            var id = function.next(SocketEvent.Connect.class).connectionId();
            int sent = 0;
            while (post(id, "x".repeat(30_000)) == 200) {
                // The kernel's own buffers take some megabytes before ours fill.
                assertThat(++sent).isLessThan(2000);
            }

            assertThat(function.next(SocketEvent.Disconnect.class).code()).isEqualTo(1013);
        }
    }

    @Test
    void a_gateway_that_closes_says_so_and_the_function_hears_of_every_end() throws Exception {
        try (var client = new SocketClient(gateway.port(), EVENTS)) {
            function.next(SocketEvent.Connect.class);
            gateway.close();

            assertThat(client.closeCode()).isEqualTo(1001);
            assertThat(function.heard).hasSize(1).first().isInstanceOf(SocketEvent.Disconnect.class);
            gateway = start(new Sockets());
        }
    }

    private static SocketLimits limits(int bufferBytes, Duration silence, Duration life) {
        return new SocketLimits(
                SocketLimits.CLOUD.frameBytes(), SocketLimits.CLOUD.messageBytes(), bufferBytes, silence, life);
    }

    private static void upgrade(RawClient client) throws IOException {
        client.send("GET " + EVENTS + " HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
        assertThat(client.readHead().status()).isEqualTo(101);
    }

    /** Text, masked with zeros. */
    private static byte[] frame(int length) {
        var frame = ByteBuffer.allocate(8 + length);
        frame.put((byte) 0x81).put((byte) 0xfe).putShort((short) length).putInt(0);
        frame.put("x".repeat(length).getBytes(StandardCharsets.US_ASCII));
        return frame.array();
    }

    private int post(String id, String text) throws Exception {
        return call("POST", api.url(), id, text, "Bearer " + api.secret()).statusCode();
    }

    private HttpResponse<String> call(String method, String url, String id, String body, String authorization)
            throws Exception {
        var request = HttpRequest.newBuilder(URI.create(url + "/@connections/" + id.replace("=", "%3D")))
                .method(method, HttpRequest.BodyPublishers.ofString(body));
        if (!authorization.isEmpty()) {
            request.header("Authorization", authorization);
        }
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static APIGatewayV2HTTPResponse answer(int status, Map<String, String> headers, String body) {
        return APIGatewayV2HTTPResponse.builder()
                .withStatusCode(status)
                .withHeaders(headers)
                .withBody(body)
                .build();
    }
}
