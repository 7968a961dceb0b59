package dev.elevo.agent.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.elevo.contract.agent.ConnectionGrant;
import dev.elevo.contract.agent.SigningKey;
import dev.elevo.contract.stream.CloseCode;
import dev.elevo.contract.testing.Eventually;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Writing to a connection of a gateway that knows which keys are good. */
@Timeout(60)
class GatewayWireTest {
    private final List<String> written = new CopyOnWriteArrayList<>();
    private final List<String> refused = new CopyOnWriteArrayList<>();
    private HttpClient http = HttpClient.newHttpClient();
    private volatile String good = "first";
    private volatile int status = 200;
    private HttpServer gateway;

    @BeforeEach
    void start() throws IOException {
        gateway = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        gateway.createContext("/", this::answer);
        gateway.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        gateway.start();
    }

    @AfterEach
    void stop() {
        gateway.stop(0);
        http.shutdownNow();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            var body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            var authorization = exchange.getRequestHeaders().getFirst("Authorization");
            var isGood = authorization.contains("Credential=" + good + "/");
            (isGood ? written : refused).add(exchange.getRequestMethod() + body);
            exchange.sendResponseHeaders(isGood ? status : 403, -1);
        }
    }

    private ConnectionGrant grant(String id, Duration life) {
        return ConnectionGrant.byKey(
                "http://127.0.0.1:" + gateway.getAddress().getPort() + "/live/@connections/a%3D",
                new SigningKey(id, "secret", "token", "us-east-1", Instant.now().plus(life)));
    }

    private GatewayWire wire() {
        return new GatewayWire(() -> http, grant("first", Duration.ofHours(1)));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static CompletableFuture<Throwable> sending(GatewayWire wire, String text) {
        var outcome = new CompletableFuture<Throwable>();
        Thread.ofVirtual().start(() -> {
            try {
                wire.send(bytes(text));
                outcome.complete(new IOException("sent"));
            } catch (IOException | InterruptedException e) {
                outcome.complete(e);
            }
        });
        return outcome;
    }

    @Test
    void a_key_that_ends_in_mid_stream_loses_nothing_and_doubles_nothing() throws Exception {
        var wire = wire();
        wire.send(bytes("one"));
        good = "second";
        var sent = sending(wire, "two");
        Eventually.await("it wants another", () -> wire.wantsGrant(Instant.now()));

        wire.renew(grant("second", Duration.ofHours(1)));

        assertThat(sent.get(10, TimeUnit.SECONDS)).hasMessage("sent");
        assertThat(written).containsExactly("POSTone", "POSTtwo");
        assertThat(refused).containsExactly("POSTtwo");
        assertThat(wire.wantsGrant(Instant.now())).isFalse();
    }

    @Test
    void another_key_is_wanted_long_before_the_end_and_the_end_is_known() {
        var wire = new GatewayWire(() -> http, grant("first", Duration.ofMinutes(19)));

        assertThat(wire.wantsGrant(Instant.now())).isTrue();
        assertThat(wire.endsBefore(Instant.now().plus(Duration.ofMinutes(18)))).isFalse();
        assertThat(wire.endsBefore(Instant.now().plus(Duration.ofMinutes(20)))).isTrue();
        assertThat(wire().wantsGrant(Instant.now())).isFalse();
    }

    @Test
    void who_waits_for_a_key_does_not_wait_for_a_connection_that_is_closed() throws Exception {
        var wire = wire();
        good = "second";
        var sent = sending(wire, "one");
        Eventually.await("a refusal", () -> refused.contains("POSTone"));

        wire.close(CloseCode.GOING_AWAY);

        assertThat(sent.get(10, TimeUnit.SECONDS)).isInstanceOf(Wire.ClientGone.class);
        assertThat(written).isEmpty();
    }

    @Test
    void a_gateway_that_has_enough_is_asked_again_until_the_connection_is_closed() throws Exception {
        var wire = wire();
        status = 429;
        var sent = sending(wire, "one");
        Eventually.await("a second try", () -> written.size() > 1);
        status = 200;
        assertThat(sent.get(10, TimeUnit.SECONDS)).hasMessage("sent");

        status = 429;
        sent = sending(wire, "two");
        wire.close(CloseCode.TOO_SLOW);

        assertThat(sent.get(10, TimeUnit.SECONDS)).isInstanceOf(Wire.ClientGone.class);
    }

    @Test
    void it_goes_on_with_other_connections_where_the_former_are_dead() throws Exception {
        var wire = wire();
        wire.send(bytes("one"));
        http.shutdownNow();
        http = HttpClient.newHttpClient();

        wire.send(bytes("two"));

        assertThat(written).containsExactly("POSTone", "POSTtwo");
    }

    @Test
    void a_client_that_was_there_and_is_gone_is_gone() throws Exception {
        var wire = wire();
        wire.send(bytes("one"));
        status = 410;

        assertThatThrownBy(() -> wire.send(bytes("two"))).isInstanceOf(Wire.ClientGone.class);
    }

    @Test
    void a_right_that_is_no_key_is_not_waited_for() {
        var wire = new GatewayWire(
                () -> http,
                ConnectionGrant.byHeader(
                        "http://127.0.0.1:" + gateway.getAddress().getPort() + "/@connections/a", "Bearer x"));

        assertThatThrownBy(() -> wire.send(bytes("one"))).hasMessageContaining("does not know our right");
        assertThat(wire.wantsGrant(Instant.now())).isFalse();
    }
}
