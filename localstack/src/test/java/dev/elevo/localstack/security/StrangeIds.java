package dev.elevo.localstack.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elevo.localstack.gateway.RawClient.Reply;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Ids that are no ids: with a good credential, byte for byte as they are written here. */
final class StrangeIds {
    private StrangeIds() {}

    static List<Attempt> attempts() {
        var attempts = new ArrayList<Attempt>();
        attempts.add(notFound("..", ".."));
        attempts.add(notFound("%2e%2e", "%2e%2e"));
        attempts.add(notFound("an escaped slash", "..%2f..%2fconfig"));
        attempts.add(notFound("an escaped backslash", "..%5c..%5cconfig"));
        attempts.add(notFound("escaped twice", "%252e%252e%252f"));
        attempts.add(notFound("a NUL behind the victim's id", "{id}%00"));
        attempts.add(notFound("a line end behind the victim's id", "{id}%0d%0aSet-Cookie:%20owned=1"));
        attempts.add(notFound("a space behind the victim's id", "{id}%20"));
        attempts.add(notFound("the victim's id in capitals", "{ID}"));
        attempts.add(notFound("look-alikes of the victim's letters", "%D1%95bx-{tail}"));
        attempts.add(notFound("the separators of the store's keys", "default%23{id}"));
        attempts.add(notFound("a condition for the store", "'%20OR%20'1'='1"));
        attempts.add(notFound("bytes that are no UTF-8", "%ff%fe"));
        attempts.add(notFound("an overlong dot", "%c0%ae%c0%ae"));
        attempts.add(notFound("a template expression", "%24%7B7*7%7D"));
        attempts.add(notFound("an id of 8 KB", "x".repeat(8000)));
        attempts.add(new Attempt(
                Who.TENANT,
                "an id of 10 KB",
                "9005: the head is too large",
                ground -> assertThat(
                                request(ground, "GET", "x".repeat(10_240), "").status())
                        .isEqualTo(400)));
        attempts.add(new Attempt(
                Who.TENANT,
                "a parameter that is a path, a number beyond all, a word",
                "9004 or 9005 or 2001",
                ground -> {
                    for (var pid : List.of("..", "-1", "99999999999999999999", "1e9", "0x1", "%00", "NaN")) {
                        var answer = request(ground, "GET", ground.shared() + "/process/" + pid, "");
                        assertThat(answer.status())
                                .as(pid + " " + answer.text())
                                .isIn(400, 404, 422);
                    }
                }));
        return attempts;
    }

    private static Attempt notFound(String name, String id) {
        return new Attempt(Who.TENANT, "id: " + name, "2001, 9008 or 9005, nothing changed", ground -> {
            var spelt = id.replace("{id}", ground.shared())
                    .replace("{ID}", ground.shared().toUpperCase(Locale.ROOT))
                    .replace("{tail}", ground.shared().substring(4));
            for (var method : List.of("GET", "DELETE", "PATCH")) {
                var answer = request(ground, method, spelt, method.equals("PATCH") ? "{\"timeoutMs\":1000}" : "");

                assertThat(answer.status()).as(method + " " + answer.text()).isIn(400, 404);
                assertThat(answer.text()).matches("(?s).*\"code\":(2001|9005|9008).*");
                assertThat(answer.headers()).doesNotContainKey("set-cookie");
            }
            ground.assertUsable(ground.shared());
        });
    }

    private static Reply request(Ground ground, String method, String id, String body) throws IOException {
        try (var client = ground.connect()) {
            client.send(method + " " + Ground.SANDBOXES + "/" + id + " HTTP/1.1\r\nHost: localhost\r\nX-API-Key: "
                    + ground.stack().adminKey() + "\r\nContent-Type: application/json\r\nContent-Length: "
                    + body.length()
                    + "\r\n\r\n" + body);
            return client.read();
        }
    }
}
