package dev.elevo.localstack.gateway;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.elevo.contract.Area;
import dev.elevo.contract.agent.AgentPaths;
import dev.elevo.contract.agent.PortRoute;
import dev.elevo.contract.preview.PreviewAnswer;
import dev.elevo.contract.preview.PreviewVisit;
import dev.elevo.contract.testing.Eventually;
import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Previews of a service that the test plays, together with the agent before it. */
@Timeout(120)
final class PreviewTest {
    private static final String HOST = "sbx-abcdefghijkl-3000.localhost";
    private static final String COOKIE = "domain_id=5; Path=/; DOMAIN = localhost; domains=a; HttpOnly";
    private static final int MILLIS_BETWEEN_EVENTS = 50;

    private volatile boolean revoked;
    private ServerSocket agent;
    private Gateway gateway;
    private RawClient client;

    @BeforeEach
    void start() throws IOException {
        agent = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
        gateway = Gateway.start(
                "127.0.0.1",
                0,
                Map.of(Area.SANDBOXES, event -> Running.answer("fine")),
                new Sockets(),
                new Previews(Set.of("localhost"), new Admissions(this::admit, Duration.ofMillis(500))),
                Optional.empty());
        client = new RawClient(gateway.port());
    }

    @AfterEach
    void stop() throws IOException {
        client.close();
        gateway.close();
        agent.close();
    }

    @Test
    void a_preview_by_the_name_of_a_sandbox_is_told_that_it_takes_the_id() throws IOException {
        client.send("GET / HTTP/1.1\r\nHost: first-3000.localhost:8080\r\n\r\n");
        assertThat(client.read().text()).contains("9008", "preview-url");
        try (var other = new RawClient(gateway.port())) {
            other.send("GET /preview/first/3000/ HTTP/1.1\r\nHost: localhost\r\n\r\n");
            assertThat(other.read().text()).contains("9008", "preview-url");
        }
        try (var other = new RawClient(gateway.port())) {
            other.send("GET /api/v1/sandboxes HTTP/1.1\r\nHost: api-1.localhost\r\n\r\n");
            assertThat(other.read().text()).isEqualTo("fine");
        }
    }

    private PreviewAnswer admit(PreviewVisit visit) {
        if (revoked) {
            return new PreviewAnswer(null, new PreviewAnswer.Refusal(1001, "Unauthorized", null, null));
        }
        var route = new PortRoute("http://127.0.0.1:" + agent.getLocalPort() + "/port", "capability");
        var expiresAt = visit.ticket() == null ? null : Instant.now().plusSeconds(3600);
        return new PreviewAnswer(new PreviewAnswer.Pass(route, false, false, false, expiresAt), null);
    }

    private void accept() {
        try {
            for (; ; ) {
                var socket = agent.accept();
                Thread.ofVirtual().start(() -> serve(socket));
            }
        } catch (IOException closed) {
            assertThat(agent.isClosed()).isTrue();
        }
    }

    private static void serve(Socket socket) {
        try (socket) {
            var in = new BufferedReader(new InputStreamReader(socket.getInputStream(), ISO_8859_1));
            var out = socket.getOutputStream();
            readHead(in);
            say(
                    out,
                    "HTTP/1.1 101 Switching\r\nConnection: Upgrade\r\nUpgrade: " + AgentPaths.PORT_PROTOCOL
                            + "\r\n\r\n");
            switch (readHead(in).split(" ")[1]) {
                case "/events" -> {
                    say(out, "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n");
                    pour(out);
                }
                case "/socket" -> {
                    say(out, "HTTP/1.1 101 Switching\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
                    pour(out);
                }
                default -> say(out, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nSet-Cookie: " + COOKIE + "\r\n\r\n");
            }
        } catch (IOException | InterruptedException gone) {
            assertThat(gone).isInstanceOf(IOException.class); // the gateway has ended it
        }
    }

    private static String readHead(BufferedReader in) throws IOException {
        var first = in.readLine();
        for (var line = first; line != null; line = in.readLine()) {
            if (line.isEmpty()) {
                return first;
            }
        }
        throw new EOFException("a head was cut short");
    }

    private static void say(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(ISO_8859_1));
    }

    private static void pour(OutputStream out) throws IOException, InterruptedException {
        for (; ; ) {
            say(out, ".");
            Thread.sleep(MILLIS_BETWEEN_EVENTS);
        }
    }

    private RawClient.Reply ask(String target, String headers) throws IOException {
        client.send("GET " + target + " HTTP/1.1\r\nHost: " + HOST + "\r\n" + headers + "\r\n");
        return client.readHead();
    }

    private static void assertEnds(RawClient client) throws IOException {
        var deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!client.isEnded()) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            Eventually.pause();
        }
    }

    @Test
    void what_only_streams_outward_ends_when_its_key_is_revoked() throws IOException {
        try (var other = new RawClient(gateway.port())) {
            other.send(
                    "GET /socket HTTP/1.1\r\nHost: " + HOST + "\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
            assertThat(other.readHead().status()).isEqualTo(101);
            assertThat(ask("/events", "").status()).isEqualTo(200);
            assertThat(client.isEnded()).isFalse();

            revoked = true;

            assertEnds(client);
            assertEnds(other);
        }
    }

    @Test
    void a_cookie_whose_name_begins_with_domain_is_kept_and_loses_only_its_domain() throws IOException {
        assertThat(ask("/cookies", "").header("set-cookie")).isEqualTo("domain_id=5; Path=/; domains=a; HttpOnly");
    }

    @Test
    void the_cookie_of_a_ticket_that_came_by_https_is_for_https_alone() throws IOException {
        assertThat(ask("/?elevo_token=a.b", "X-Forwarded-Proto: https\r\n").header("set-cookie"))
                .startsWith("elevo_preview=a.b;")
                .endsWith("; Secure");
    }

    @Test
    void that_of_another_is_not_or_no_browser_would_send_it() throws IOException {
        assertThat(ask("/?elevo_token=a.b", "").header("set-cookie"))
                .startsWith("elevo_preview=a.b;")
                .doesNotContain("Secure");
    }
}
