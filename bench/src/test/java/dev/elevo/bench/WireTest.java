package dev.elevo.bench;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WireTest {
    @SuppressWarnings("NullAway.Init")
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            var body = (exchange.getRequestMethod() + " "
                            + new String(exchange.getRequestBody().readAllBytes(), UTF_8))
                    .getBytes(UTF_8);
            // A length of zero makes the server send chunks.
            exchange.sendResponseHeaders(200, exchange.getRequestURI().getPath().equals("/chunked") ? 0 : body.length);
            try (var out = exchange.getResponseBody()) {
                out.write(body);
            }
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void one_connection_carries_many_requests_of_either_framing() throws IOException {
        try (var wire = new Wire(server.getAddress(), Map.of())) {
            assertThat(wire.post("/plain", "{}").text()).isEqualTo("POST {}");
            assertThat(wire.post("/chunked", "{\"a\": 1}").text()).isEqualTo("POST {\"a\": 1}");
            assertThat(wire.get("/plain").text()).isEqualTo("GET ");
            assertThat(wire.delete("/chunked").expect(200).text()).isEqualTo("DELETE ");
        }
    }
}
