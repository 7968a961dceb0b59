package dev.elevo.localstack.gateway;

import static dev.elevo.localstack.gateway.Running.answer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import dev.elevo.contract.Area;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Requests that go well, over a real socket. */
@Timeout(60)
class GatewayTest {

    @Test
    void a_request_reaches_its_function_and_the_answer_its_client() throws Exception {
        try (var gateway = new Running(GatewayTest::told);
                var client = gateway.connect()) {
            client.send("POST /a%20b?c=d%20e HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\n"
                    + "Content-Length: 3\r\n\r\nabc");

            var reply = client.read();

            assertThat(reply.status()).isEqualTo(200);
            assertThat(reply.header("content-type")).isEqualTo("text/plain");
            assertThat(reply.text()).isEqualTo("POST /a b c=d%20e abc");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "/api/v1/sandboxes, SANDBOXES",
        "/api/v1/sandboxes/sbx-1/process, PROCESS",
        "/nobodys, ADMIN",
        "/, ADMIN"
    })
    void every_path_has_its_function(String path, Area area) throws Exception {
        var handlers = new EnumMap<Area, EventHandler>(Area.class);
        for (var each : Area.values()) {
            handlers.put(each, event -> answer(each.name()));
        }
        try (var gateway = Gateway.start("127.0.0.1", 0, handlers);
                var client = new RawClient(gateway.port())) {
            assertThat(client.get(path).text()).isEqualTo(area.name());
        }
    }

    @Test
    void bytes_are_the_same_at_both_ends() throws Exception {
        byte[] bytes = {0, (byte) 0xff, '\r', '\n', (byte) 0x80};
        try (var gateway = new Running(event -> APIGatewayV2HTTPResponse.builder()
                        .withStatusCode(200)
                        .withIsBase64Encoded(event.getIsBase64Encoded())
                        .withBody(event.getBody())
                        .build());
                var client = gateway.connect()) {
            client.send("PUT / HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + bytes.length + "\r\n\r\n");
            client.send(bytes);

            assertThat(client.read().bytes()).isEqualTo(bytes);
        }
    }

    @Test
    void a_connection_serves_one_request_after_the_other() throws Exception {
        try (var gateway = new Running(GatewayTest::told);
                var client = gateway.connect()) {
            for (int i = 0; i < 100; i++) {
                var reply = client.get("/" + i);

                assertThat(reply.text()).isEqualTo("GET /" + i + "  null");
                assertThat(reply.header("connection")).isEqualTo("keep-alive");
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"HTTP/1.1, Connection: close", "HTTP/1.0, Accept: */*"})
    void a_client_that_wants_no_more_is_let_go(String version, String header) throws Exception {
        try (var gateway = new Running(GatewayTest::told);
                var client = gateway.connect()) {
            client.send("GET / " + version + "\r\nHost: localhost\r\n" + header + "\r\n\r\n");

            assertThat(client.read().header("connection")).isEqualTo("close");
            assertThat(client.isEnded()).isTrue();
        }
    }

    @Test
    void a_chunked_body_comes_whole() throws Exception {
        try (var gateway = new Running(GatewayTest::told);
                var client = gateway.connect()) {
            client.send("POST / HTTP/1.1\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n");
            client.send("1\r\nc\r\n0\r\n\r\n");

            assertThat(client.read().text()).isEqualTo("POST /  abc");
        }
    }

    @Test
    void who_asks_before_sending_is_told_to_go_on() throws Exception {
        try (var gateway = new Running(GatewayTest::told);
                var client = gateway.connect()) {
            client.send(
                    "POST / HTTP/1.1\r\nContent-Type: text/plain\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n");
            assertThat(client.readHead().status()).isEqualTo(100);
            client.send("abc");

            assertThat(client.read().text()).isEqualTo("POST /  abc");
        }
    }

    @Test
    void pipelined_requests_run_one_by_one_and_are_answered_in_order() throws Exception {
        var turns = new Semaphore(0);
        var atOnce = new AtomicInteger();
        EventHandler oneByOne = event -> {
            if (atOnce.incrementAndGet() > 1) {
                throw new IllegalStateException("two at once on one connection");
            }
            turns.acquire();
            atOnce.decrementAndGet();
            return answer(event.getRawPath());
        };
        try (var gateway = new Running(oneByOne);
                var client = gateway.connect()) {
            var all = new StringBuilder();
            for (int i = 0; i < 20; i++) {
                all.append("GET /").append(i).append(" HTTP/1.1\r\nHost: localhost\r\n\r\n");
            }
            client.send(all.toString());
            turns.release(20);

            for (int i = 0; i < 20; i++) {
                assertThat(client.read().text()).isEqualTo("/" + i);
            }
        }
    }

    /** A regression: what came ahead of an answer was collected without bound. Now it waits, also in the middle of a message. */
    @Test
    void large_requests_may_be_pipelined_too() throws Exception {
        var first = new Semaphore(0);
        EventHandler firstWaits = event -> {
            if (event.getRawPath().equals("/0")) {
                first.acquire();
            }
            return answer(event.getRawPath() + " " + event.getBody().length());
        };
        try (var gateway = new Running(firstWaits);
                var client = gateway.connect()) {
            var sender = Thread.startVirtualThread(() -> {
                for (int i = 0; i < 12; i++) {
                    sendUnchecked(client, i, 1_000_000 + i);
                    first.release(); // the first runs while others are on their way
                }
            });

            for (int i = 0; i < 12; i++) {
                assertThat(client.read().text()).isEqualTo("/" + i + " " + (1_000_000 + i));
            }
            sender.join();
        }
    }

    @Test
    void head_is_answered_like_get_but_for_the_body() throws Exception {
        try (var gateway = new Running(GatewayTest::told);
                var client = gateway.connect()) {
            client.send("HEAD /a HTTP/1.1\r\nHost: localhost\r\n\r\nGET /b HTTP/1.1\r\nHost: localhost\r\n\r\n");

            assertThat(client.readHead().header("content-length"))
                    .isEqualTo(Integer.toString("HEAD /a  null".length()));
            assertThat(client.read().text()).isEqualTo("GET /b  null");
        }
    }

    @Test
    void no_content_is_followed_by_nothing() throws Exception {
        try (var gateway = new Running(event ->
                        APIGatewayV2HTTPResponse.builder().withStatusCode(204).build());
                var client = gateway.connect()) {
            assertThat(client.get("/").status()).isEqualTo(204);
            assertThat(client.get("/").status()).isEqualTo(204);
        }
    }

    /** The functions' pipeline knows the allowed origins; the gateway has no opinion of its own. */
    @Test
    void a_preflight_is_the_functions_to_answer() throws Exception {
        EventHandler cors = event -> APIGatewayV2HTTPResponse.builder()
                .withStatusCode(204)
                .withHeaders(Map.of(
                        "access-control-allow-origin",
                        event.getHeaders().get("origin"),
                        "x-method",
                        event.getRequestContext().getHttp().getMethod()))
                .build();
        try (var gateway = new Running(cors);
                var client = gateway.connect()) {
            client.send(
                    "OPTIONS /a HTTP/1.1\r\nOrigin: https://a.example\r\nAccess-Control-Request-Method: POST\r\n\r\n");

            var reply = client.read();

            assertThat(reply.header("access-control-allow-origin")).isEqualTo("https://a.example");
            assertThat(reply.header("x-method")).isEqualTo("OPTIONS");
        }
    }

    @Test
    void cookies_and_repeated_headers_arrive() throws Exception {
        try (var gateway = new Running(event -> APIGatewayV2HTTPResponse.builder()
                        .withStatusCode(200)
                        .withCookies(List.of("a=1", "b=2"))
                        .withBody(event.getCookies() + " " + event.getHeaders().get("x-a"))
                        .build());
                var client = gateway.connect()) {
            client.send("GET / HTTP/1.1\r\nHost: localhost\r\nX-A: 1\r\nX-A: 2\r\nCookie: c=3; d=4\r\n\r\n");

            var reply = client.read();

            assertThat(reply.headers().get("set-cookie")).containsExactly("a=1", "b=2");
            assertThat(reply.text()).isEqualTo("[c=3, d=4] 1,2");
        }
    }

    @Test
    void the_largest_payloads_pass() throws Exception {
        var most = Limits.CLOUD.payloadBytes();
        try (var gateway = new Running(event -> answer(event.getBody()));
                var client = gateway.connect()) {
            client.send("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\nContent-Length: " + most
                    + "\r\n\r\n" + "x".repeat(most));

            assertThat(client.read().octets()).hasSize(most);
        }
    }

    @Test
    void a_taken_port_is_told_to_the_caller() {
        try (var gateway = new Running(GatewayTest::told)) {
            var handlers = Map.<Area, EventHandler>of(Area.ADMIN, GatewayTest::told);

            assertThatThrownBy(() -> Gateway.start("127.0.0.1", gateway.port(), handlers))
                    .hasMessageContaining("127.0.0.1:" + gateway.port())
                    .hasMessageContaining("in use");
        }
    }

    private static void sendUnchecked(RawClient client, int number, int length) {
        try {
            client.send(
                    "POST /" + number + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\nContent-Length: "
                            + length + "\r\n\r\n" + "x".repeat(length));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static APIGatewayV2HTTPResponse told(APIGatewayV2HTTPEvent event) {
        return answer(event.getRequestContext().getHttp().getMethod() + " " + event.getRawPath() + " "
                + event.getRawQueryString() + " " + event.getBody());
    }
}
