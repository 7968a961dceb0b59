package dev.elevo.localstack.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/** Bodies that are more than they seem, by somebody with a good credential. */
final class Bodies {
    private static final int INVALID_REQUEST = 9005;
    private static final int VALIDATION_ERROR = 9004;
    private static final int FILE_TOO_LARGE = 3007;
    private static final Duration SOON = Duration.ofSeconds(20);

    private Bodies() {}

    static List<Attempt> attempts() {
        var attempts = new ArrayList<Attempt>();
        attempts.add(refused(
                "a body over the functions' 6 MB",
                FILE_TOO_LARGE,
                () -> "{\"name\":\"" + "x".repeat(6_300_000) + "\"}"));
        attempts.add(refused("a body over the gateway's 10 MB", FILE_TOO_LARGE, () -> "x".repeat((10 << 20) + 1)));
        attempts.add(refused(
                "JSON a hundred thousand levels deep", INVALID_REQUEST, () -> "{\"metadata\":" + "[".repeat(100_000)));
        attempts.add(refused(
                "objects ten thousand levels deep",
                INVALID_REQUEST,
                () -> "{\"a\":".repeat(10_000) + "1" + "}".repeat(10_000)));
        attempts.add(refused(
                "a number of a megabyte", INVALID_REQUEST, () -> "{\"timeoutMs\":" + "9".repeat(1 << 20) + "}"));
        attempts.add(refused("an exponent beyond all numbers", INVALID_REQUEST, () -> "{\"timeoutMs\":1e999999999}"));
        attempts.add(refused(
                "a number below all that are allowed", VALIDATION_ERROR, () -> "{\"timeoutMs\":-9223372036854775808}"));
        attempts.add(refused("a hundred thousand labels", VALIDATION_ERROR, () -> many("labels")));
        attempts.add(refused("a string that is no UTF-8 inside", INVALID_REQUEST, () -> "{\"name\":\"\\uD800\"}x"));
        attempts.add(refused("two documents", INVALID_REQUEST, () -> "{}{\"name\":\"second\"}"));
        attempts.add(refused("a list in the place of an object", INVALID_REQUEST, () -> "[{\"name\":\"x\"}]"));
        attempts.add(new Attempt(
                Who.TENANT, "one name twice", "read once, and what is checked is what is kept", ground -> {
                    var answer = ground.asTenant(
                            "POST", Ground.SANDBOXES, "{\"name\":\"first-name\",\"name\":\"../second\"}");
                    assertThat(answer.code()).as(answer.text()).isIn(201, INVALID_REQUEST, VALIDATION_ERROR);
                    if (answer.status() == 201) {
                        assertThat(answer.field("name")).isEqualTo("first-name");
                        ground.asTenant("DELETE", ground.pathOf(answer.field("id")) + "?force=true", "");
                    }
                }));
        attempts.add(new Attempt(Who.TENANT, "fields that are not the client's to set", "ignored", ground -> {
            var answer = ground.asTenant(
                    "POST",
                    Ground.SANDBOXES,
                    "{\"id\":\"" + ground.shared()
                            + "\",\"state\":\"stopped\",\"isolation\":\"microvm\",\"__proto__\":{\"admin\":true},\"@class\":\"java.net.URL\"}");
            assertThat(answer.status()).as(answer.text()).isEqualTo(201);
            assertThat(answer.field("id")).isNotEqualTo(ground.shared());
            assertThat(answer.field("state")).isEqualTo("running");
            ground.asTenant("DELETE", ground.pathOf(answer.field("id")) + "?force=true", "");
        }));
        attempts.add(new Attempt(
                Who.TENANT, "a small body that unpacks to gigabytes", "9005: nothing is unpacked", Bodies::gzipBomb));
        attempts.add(new Attempt(Who.TENANT, "another type that says it is JSON", "9005", ground -> {
            for (var type : List.of(
                    "text/plain",
                    "application/xml",
                    "multipart/form-data; boundary=x",
                    "application/x-java-serialized-object")) {
                var answer = ground.stack()
                        .call(
                                "POST",
                                Ground.SANDBOXES,
                                "{\"name\":\"-\"}",
                                "Authorization",
                                Ground.bearer("next-door", "*"),
                                "Content-Type",
                                type);
                assertThat(answer.code()).as(type + answer.text()).isEqualTo(INVALID_REQUEST);
            }
        }));
        attempts.add(new Attempt(
                Who.TENANT, "another method by a header", "the method is the request's own", ground -> {
                    for (var header : List.of("X-HTTP-Method-Override", "X-Method-Override", "X-HTTP-Method")) {
                        assertThat(ground.stack()
                                        .get(ground.pathOf(ground.shared()), header, "DELETE")
                                        .status())
                                .isEqualTo(200);
                    }
                    ground.assertUsable(ground.shared());
                }));
        attempts.add(new Attempt(
                Who.STRANGER,
                "a page of another origin that sends credentials of its visitor",
                "none are ever allowed",
                ground -> {
                    for (var method : List.of("GET", "OPTIONS")) {
                        var answer = ground.stack()
                                .call(
                                        method,
                                        Ground.SANDBOXES,
                                        "",
                                        "Origin",
                                        "https://evil.example",
                                        "Access-Control-Request-Method",
                                        "DELETE",
                                        "Cookie",
                                        "session=1");
                        assertThat(answer.headers()).doesNotContainKey("access-control-allow-credentials");
                    }
                    assertThat(ground.asStranger(
                                            "GET",
                                            Ground.SANDBOXES,
                                            "",
                                            "Cookie",
                                            "api_key=" + ground.stack().adminKey())
                                    .code())
                            .isEqualTo(1001);
                }));
        attempts.add(new Attempt(
                Who.STRANGER,
                "what went wrong inside, by breaking it",
                "an error names no class, path, host or table",
                ground -> {
                    for (var answer : List.of(
                            ground.asTenant("POST", Ground.SANDBOXES, "{"),
                            ground.asTenant("GET", Ground.SANDBOXES + "?limit=x&cursor=%00", ""),
                            ground.asTenant("GET", "/api/v1/sandboxes/x/process/y", ""),
                            ground.asTenant("TRACE", "/", ""))) {
                        assertThat(answer.text())
                                .containsAnyOf("\"error\"", "\"code\":\"F40400\"")
                                .doesNotContain(
                                        "Exception",
                                        "dev.elevo",
                                        "java.",
                                        "micronaut",
                                        "127.0.0.1",
                                        "dynamodb",
                                        ground.stack().home().toString());
                    }
                }));
        return attempts;
    }

    private interface Text {
        String make();
    }

    private static Attempt refused(String name, int code, Text body) {
        return new Attempt(Who.TENANT, name, code + ", soon", ground -> {
            var before = ground.asTenant("GET", Ground.SANDBOXES, "").data().size();
            var begin = System.nanoTime();

            var answer = ground.asTenant("POST", Ground.SANDBOXES, body.make());

            assertThat(answer.code()).as(answer.text()).isEqualTo(code);
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(SOON);
            assertThat(ground.asTenant("GET", Ground.SANDBOXES, "").data()).hasSize(before);
        });
    }

    private static String many(String field) {
        var text = new StringBuilder("{\"" + field + "\":{");
        for (var i = 0; i < 100_000; i++) {
            text.append(i == 0 ? "" : ",").append("\"k").append(i).append("\":\"v\"");
        }
        return text.append("}}").toString();
    }

    private static void gzipBomb(Ground ground) throws IOException {
        var packed = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(packed)) {
            for (var i = 0; i < 64; i++) {
                gzip.write(new byte[1 << 20]);
            }
        }
        try (var client = ground.connect()) {
            client.send(("POST " + Ground.SANDBOXES + " HTTP/1.1\r\nHost: localhost\r\nX-API-Key: "
                            + ground.stack().adminKey()
                            + "\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\nContent-Length: "
                            + packed.size() + "\r\n\r\n")
                    .getBytes(StandardCharsets.ISO_8859_1));
            client.send(packed.toByteArray());
            assertThat(client.read().text()).contains("\"code\":9005");
        }
    }
}
