package dev.elevo.localstack.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elevo.localstack.gateway.RawClient.Reply;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** WebSockets: who gets one, what it says to whom, and the way in which the service writes to it. */
final class Sockets {
    private static final String EVENTS = "/api/v1/events";

    private Sockets() {}

    static List<Attempt> attempts() {
        return List.of(
                new Attempt(
                        Who.STRANGER,
                        "a WebSocket without credentials",
                        "1001 before the upgrade",
                        ground -> assertRefused(upgrade(ground, EVENTS, ""), 401, "1001")),
                new Attempt(
                        Who.STRANGER,
                        "a WebSocket by a key that is guessed, in every place a handshake has for it",
                        "1004 before the upgrade",
                        ground -> {
                            var guess = "ewk_" + "A".repeat(43);
                            assertRefused(upgrade(ground, EVENTS + "?token=" + guess, ""), 401, "1004");
                            assertRefused(upgrade(ground, EVENTS + "?api_key=" + guess, ""), 401, "1004");
                            assertRefused(
                                    upgrade(ground, EVENTS, "Sec-WebSocket-Protocol: bearer, " + guess + "\r\n"),
                                    401,
                                    "1004");
                        }),
                new Attempt(
                        Who.TENANT,
                        "a WebSocket without its scope",
                        "1005 before the upgrade",
                        ground -> assertRefused(
                                upgrade(
                                        ground,
                                        EVENTS,
                                        "Authorization: " + Ground.bearer("default", "files:read") + "\r\n"),
                                403,
                                "1005")),
                new Attempt(
                        Who.TENANT,
                        "events of the victim, by every filter there is",
                        "only what is its own is told",
                        Sockets::listensToTheVictim),
                new Attempt(
                        Who.STRANGER,
                        "to write to a connection as the service does",
                        "404: from outside there is no such path",
                        ground -> {
                            for (var method : List.of("GET", "POST", "DELETE")) {
                                for (var path : List.of("/@connections/x", "/%40connections/x", "//@connections/x")) {
                                    var answer = ground.asStranger(method, path, "");
                                    assertThat(answer.status())
                                            .as("%s %s: %s", method, path, answer.text())
                                            .isIn(404, 401);
                                }
                            }
                        }));
    }

    private static void listensToTheVictim(Ground ground) throws IOException {
        var token = URLEncoder.encode(
                Ground.bearer("next-door", "*").substring("Bearer ".length()), StandardCharsets.UTF_8);
        try (var connection = ground.connect()) {
            connection.send(handshake(EVENTS + "?token=" + token + "&sandboxId=" + ground.shared(), ""));
            var answer = connection.read();
            assertThat(answer.status()).as(answer.text()).isIn(101, 404);
            if (answer.status() == 101) {
                var victims = ground.sandbox();
                ground.stack().delete(ground.pathOf(victims) + "?force=true");
                var mine = ground.asTenant("POST", Ground.SANDBOXES, "{}");
                assertThat(mine.status()).as(mine.text()).isEqualTo(201);
                ground.asTenant("DELETE", ground.pathOf(mine.field("id")) + "?force=true", "");
                // Nothing is told for the filter, so the first it hears is the answer to a message of its own.
                connection.send(text("{\"type\":\"ping\",\"id\":\"after\"}"));
                assertThat(connection.readFrame()).contains("\"pong\"").contains("after");
            }
        }
    }

    static Reply upgrade(Ground ground, String target, String headers) throws IOException {
        try (var connection = ground.connect()) {
            connection.send(handshake(target, headers));
            return connection.read();
        }
    }

    private static String handshake(String target, String headers) {
        return "GET " + target
                + " HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" + headers + "\r\n";
    }

    /** Masked with zeros, as short as frames without a length of their own are. */
    private static byte[] text(String words) {
        var payload = words.getBytes(StandardCharsets.UTF_8);
        var frame = new byte[6 + payload.length];
        frame[0] = (byte) 0x81;
        frame[1] = (byte) (0x80 | payload.length);
        System.arraycopy(payload, 0, frame, 6, payload.length);
        return frame;
    }

    static void assertRefused(Reply reply, int status, String code) {
        assertThat(reply.status()).as(reply.text()).isEqualTo(status);
        assertThat(reply.text()).contains("\"code\":" + code);
    }
}
