package dev.elevo.localstack.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elevo.localstack.gateway.Running;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Bytes on a connection: where a request ends, and when. */
final class Framing {
    private static final Duration IMPATIENT = Duration.ofMillis(700);
    private static final String NEXT = "GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n";

    private Framing() {}

    static List<Attempt> attempts() {
        var attempts = new ArrayList<Attempt>();
        attempts.add(
                smuggled("a length and chunks", "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"));
        attempts.add(
                smuggled("chunks and a length", "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n"));
        attempts.add(smuggled("two lengths", "Content-Length: 0\r\nContent-Length: " + NEXT.length() + "\r\n\r\n"));
        attempts.add(smuggled("two lengths in one line", "Content-Length: 0, " + NEXT.length() + "\r\n\r\n"));
        attempts.add(smuggled(
                "two lengths in a version that has no chunks",
                "Content-Length: 0\r\nContent-Length: " + NEXT.length() + "\r\n\r\n",
                "1.0"));
        attempts.add(smuggled("a length with a sign", "Content-Length: +0\r\n\r\n"));
        attempts.add(smuggled("a length in hexadecimal", "Content-Length: 0x0\r\n\r\n"));
        attempts.add(smuggled("a length beyond all numbers", "Content-Length: 18446744073709551616\r\n\r\n"));
        attempts.add(smuggled("a coding nobody knows", "Transfer-Encoding: xchunked\r\n\r\n"));
        attempts.add(smuggled("a coding that is none", "Transfer-Encoding: identity\r\n\r\n"));
        attempts.add(smuggled(
                "chunks that are not the last coding", "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n"));
        attempts.add(smuggled(
                "codings in two lines", "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n"));
        attempts.add(smuggled(
                "a coding with a character that is not seen", "Transfer-Encoding: \u000bchunked\r\n\r\n0\r\n\r\n"));
        attempts.add(smuggled("a space before the colon", "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n"));
        attempts.add(smuggled(
                "a line that ends with a line feed only", "X: a\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"));
        attempts.add(smuggled("a carriage return inside a value", "X: a\rContent-Length: 5\r\n\r\n"));
        attempts.add(smuggled("a NUL inside a value", "X: a\0b\r\n\r\n"));
        attempts.add(smuggled("a negative chunk", "Transfer-Encoding: chunked\r\n\r\n-1\r\n"));
        attempts.add(
                smuggled("a chunk that ends elsewhere", "Transfer-Encoding: chunked\r\n\r\n1\r\nabX\r\n0\r\n\r\n"));
        attempts.add(smuggled(
                "a line feed in a chunk's extension", "Transfer-Encoding: chunked\r\n\r\n0;a=\"\nb\"\r\n\r\n"));
        attempts.add(
                smuggled("chunks in a version that has none", "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "1.0"));
        attempts.add(new Attempt(
                Who.STRANGER, "a folded header that hides another", "it is one value, with a space in it", ground -> {
                    try (var client = ground.connect()) {
                        client.send("GET " + Ground.SANDBOXES + " HTTP/1.1\r\nHost: localhost\r\nX: a\r\n X-API-Key: "
                                + ground.stack().adminKey() + "\r\n\r\n");
                        assertThat(client.read().text()).contains("\"code\":1001");
                    }
                }));
        attempts.add(new Attempt(
                Who.STRANGER, "headers and lines in X-Request-ID", "an ill-formed one is replaced", ground -> {
                    for (var id : List.of("a\tb", "a%0d%0aSet-Cookie: b", "<script>", "x".repeat(129), "\u00e4")) {
                        try (var client = ground.connect()) {
                            client.send("GET " + Ground.SANDBOXES + " HTTP/1.1\r\nHost: localhost\r\nX-Request-ID: "
                                    + id + "\r\n\r\n");
                            var reply = client.read();
                            assertThat(reply.header("x-request-id")).matches("req-[a-z0-9]{12}");
                            assertThat(reply.headers()).doesNotContainKey("set-cookie");
                        }
                    }
                }));
        attempts.add(refused("five hundred headers", "A: b\r\nCookie: c=d; e=f\r\n".repeat(500)));
        attempts.add(refused("a header of 10 KB", "A: " + "x".repeat(10_240) + "\r\n"));
        attempts.add(new Attempt(
                Who.STRANGER,
                "another host by the request line and the Host header",
                "neither decides anything",
                ground -> {
                    try (var client = ground.connect()) {
                        client.send(
                                "GET http://169.254.169.254/latest/meta-data HTTP/1.1\r\nHost: evil.example\r\n\r\n");
                        assertThat(client.read().text()).contains("\"code\":\"F40400\"");
                    }
                    try (var client = ground.connect()) {
                        client.send("CONNECT 169.254.169.254:80 HTTP/1.1\r\nHost: evil.example\r\n\r\n");
                        assertThat(client.read().status()).isIn(400, 404);
                    }
                }));
        attempts.add(slow("headers byte by byte", "GET / HTTP/1.1\r\nHost: localhost\r\nX: "));
        attempts.add(slow("header lines, each whole", "GET / HTTP/1.1\r\n"));
        attempts.add(slow("a body byte by byte", "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n"));
        attempts.add(slow(
                "chunks byte by byte",
                "POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n1000\r\n"));
        attempts.add(slow("the next request byte by byte, behind a whole one", NEXT + "GET / HTTP/1.1\r\nX: "));
        return attempts;
    }

    private static Attempt smuggled(String name, String headers) {
        return smuggled(name, headers, "1.1");
    }

    /** Whatever follows must not be answered as a request of its own. */
    private static Attempt smuggled(String name, String headers, String version) {
        return new Attempt(Who.STRANGER, "framing: " + name, "9005, and the connection ends", ground -> {
            try (var client = ground.connect()) {
                client.send(
                        "POST " + Ground.SANDBOXES + " HTTP/" + version + "\r\nHost: localhost\r\n" + headers + NEXT);
                var reply = client.read();

                assertThat(reply.text()).contains("\"code\":9005");
                assertThat(reply.header("connection")).isEqualTo("close");
                assertThat(client.isEnded()).isTrue();
            }
        });
    }

    private static Attempt refused(String name, String headers) {
        return new Attempt(Who.STRANGER, name, "9005, and the connection ends", ground -> {
            try (var client = ground.connect()) {
                client.send("GET " + Ground.SANDBOXES + " HTTP/1.1\r\nHost: localhost\r\n" + headers + "\r\n");
                assertThat(client.read().text()).contains("\"code\":9005");
            }
        });
    }

    /** At a gateway that differs from the real one in its patience only, which is a minute there. */
    private static Attempt slow(String name, String beginning) {
        return new Attempt(Who.STRANGER, "slow: " + name, "the connection is ended after 60 s", ground -> {
            try (var gateway = Running.impatient(IMPATIENT);
                    var client = gateway.connect()) {
                client.send(beginning);
                if (beginning.startsWith(NEXT)) {
                    assertThat(client.read().status()).isEqualTo(200);
                }
                assertThat(client.isEndedWhileSending('a')).isTrue();
            }
        });
    }
}
