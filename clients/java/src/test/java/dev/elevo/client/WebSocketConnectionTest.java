package dev.elevo.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elevo.client.StreamConnection.Event;
import dev.elevo.client.api.SandboxesApi;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class WebSocketConnectionTest {
    private static final Duration HEARTBEAT = Duration.ofMillis(200);
    private static final Pattern KEY = Pattern.compile("(?i)sec-websocket-key: (\\S+)");

    private ServerSocket server;
    private Transport transport;

    @BeforeEach
    void start() throws IOException {
        server = new ServerSocket(0);
        var url = URI.create("http://localhost:" + server.getLocalPort());
        transport = new Transport(new ClientConfiguration(url, "k", Duration.ofSeconds(10), 0, false, "sdk"));
    }

    @AfterEach
    void stop() throws IOException {
        transport.close();
        server.close();
    }

    @Test
    void who_is_not_heard_of_for_three_heartbeats_is_lost() throws Exception {
        serve((client, frame) -> {});

        try (var connection = open()) {
            assertThat(connection.next()).isEqualTo(new Event.Closed(StreamConnection.LOST));
        }
    }

    @Test
    void who_answers_is_not() throws Exception {
        serve(WebSocketConnectionTest::pong);

        try (var connection = open()) {
            for (var i = 0; i < 6; i++) {
                assertThat(connection.next()).isInstanceOf(Event.Message.class);
            }
        }
    }

    @Test
    void nor_is_who_has_to_wait_for_us() throws Exception {
        serve(WebSocketConnectionTest::pong);

        try (var connection = open()) {
            Thread.sleep(HEARTBEAT.multipliedBy(6));

            assertThat(connection.next()).isInstanceOf(Event.Message.class);
            assertThat(connection.next()).isInstanceOf(Event.Message.class);
        }
    }

    @Test
    void events_are_asked_for_from_where_they_broke_off() throws Exception {
        var asked = new LinkedBlockingQueue<String>();
        Thread.ofVirtual().start(() -> {
            for (var event : List.of(
                    "{\"type\":\"event\",\"cursor\":\"c1\",\"data\":{\"event\":\"some\"}}", "{\"type\":\"exit\"}")) {
                try (var client = server.accept()) {
                    asked.add(shakeHands(client));
                    say(client, event);
                    client.getOutputStream().write(new byte[] {(byte) 0x88, 2, 0x03, (byte) 0xe9}); // 1001
                    client.getInputStream().transferTo(OutputStream.nullOutputStream()); // until it has gone
                } catch (IOException e) {
                    asked.add(e.toString());
                }
            }
        });
        var told = new ArrayList<String>();

        try (var workspace = WorkspaceClient.builder(Map.of())
                        .apiUrl("http://localhost:" + server.getLocalPort())
                        .apiKey("k")
                        .build();
                var events = workspace.events(new SandboxesApi.ConnectEventsQuery().sandboxId("one"))) {
            events.follow(event -> told.add(event.event()));
        }

        assertThat(asked.take()).contains("/api/v1/events?sandboxId=one ");
        assertThat(asked.take()).contains("/api/v1/events?sandboxId=one&cursor=c1 ");
        assertThat(told).containsExactly("some");
    }

    private WebSocketConnection open() {
        var call = Call.of("GET", "/api/v1/events");
        return WebSocketConnection.open(transport, call, call, HEARTBEAT);
    }

    private interface Heard {
        void frame(Socket client, byte[] frame) throws IOException;
    }

    private static void pong(Socket client, byte[] frame) throws IOException {
        say(client, "{\"type\":\"pong\"}");
    }

    private static void say(Socket client, String message) throws IOException {
        var text = message.getBytes(StandardCharsets.US_ASCII);
        client.getOutputStream().write(new byte[] {(byte) 0x81, (byte) text.length});
        client.getOutputStream().write(text);
    }

    /** One connection, which hears frames of a client, which are short. */
    private void serve(Heard heard) {
        Thread.ofVirtual().start(() -> {
            try (var client = server.accept()) {
                shakeHands(client);
                var in = client.getInputStream();
                while (in.read() >= 0) {
                    heard.frame(client, in.readNBytes((in.read() & 0x7f) + Integer.BYTES));
                }
            } catch (IOException e) {
                // The client has gone.
            }
        });
    }

    /** What was asked for. */
    private static String shakeHands(Socket client) throws IOException {
        var head = head(client.getInputStream());
        client.getOutputStream()
                .write(("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                                + "Sec-WebSocket-Accept: " + accept(head) + "\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        return head;
    }

    private static String head(InputStream in) throws IOException {
        var head = new StringBuilder();
        while (!head.toString().endsWith("\r\n\r\n")) {
            head.append((char) in.read());
        }
        return head.toString();
    }

    private static String accept(String head) {
        var key = KEY.matcher(head);
        assertThat(key.find()).isTrue();
        var text = Objects.requireNonNull(key.group(1)) + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
        try {
            var hash = MessageDigest.getInstance("SHA-1").digest(text.getBytes(StandardCharsets.US_ASCII));
            return Base64.getEncoder().encodeToString(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
