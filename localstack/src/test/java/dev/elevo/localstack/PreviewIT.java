package dev.elevo.localstack;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.elevo.contract.testing.Eventually;
import dev.elevo.platform.testing.Tokens;
import java.io.EOFException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A service inside a real sandbox, seen from outside. */
final class PreviewIT {
    private static final String SANDBOXES = "/api/v1/sandboxes";
    private static final int PORT = 3000;
    private static final int BIG = 20_000_000;

    @RegisterExtension
    static final SharedStack SHARED = new SharedStack();

    private static RunningStack stack;
    private static int gateway;
    private static String mine;
    private static String open;

    @BeforeAll
    static void start() throws IOException {
        stack = SHARED.get();
        gateway = URI.create(stack.ready("url").toString()).getPort();
        mine = serving("{}");
        open = serving("{\"network\":{\"allowPublicInbound\":true,\"exposedPorts\":[3000]}}");
    }

    private static String serving(String settings) throws IOException {
        var id = stack.post(SANDBOXES, settings).field("id");
        var process = SANDBOXES + "/" + id + "/process/run";
        try (var script = Objects.requireNonNull(PreviewIT.class.getResourceAsStream("/preview-server.pl"))) {
            var text = new String(script.readAllBytes(), ISO_8859_1);
            assertThat(stack.post(process, "{\"command\":\"cat > server.pl\",\"input\":" + quoted(text) + "}")
                            .json())
                    .containsEntry("exitCode", 0);
        }
        stack.post(process, "{\"command\":\"exec perl server.pl 3000\",\"timeoutMs\":600000,\"waitMs\":0}");
        var deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (ask(id, "/", key()).status() != 200) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            Eventually.pause();
        }
        return id;
    }

    private static String quoted(String text) {
        return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + "\"";
    }

    private static String name(String id) {
        return id + "-" + PORT + ".localhost:" + gateway;
    }

    private static String key() {
        return "X-API-Key: " + stack.adminKey();
    }

    private static RawHttp.Reply ask(String id, String target, String... headers) throws IOException {
        try (var connection = new RawHttp(gateway)) {
            return connection.call("GET", target, name(id), headers);
        }
    }

    private static String bearer(String organization, String... scopes) {
        var claims = Tokens.claims("user-" + organization, Instant.now())
                .claim("org", organization)
                .claim("scopes", List.of(scopes));
        return "Authorization: Bearer " + Tokens.hs256(claims, RunningStack.JWT_SECRET);
    }

    // ---- who may

    @Test
    void a_preview_is_private_to_the_organization_of_its_sandbox() throws IOException {
        var nobody = ask(mine, "/");
        assertThat(nobody.status()).isEqualTo(401);
        assertThat(nobody.header("www-authenticate")).isEqualTo("Bearer");
        assertThat(nobody.body()).contains("\"code\":1001");

        assertThat(ask(mine, "/", key()).status()).isEqualTo(200);
        assertThat(ask(mine, "/?api_key=" + stack.adminKey()).status()).isEqualTo(200);
        assertThat(ask(mine, "/", "Authorization: ApiKey " + stack.adminKey()).status())
                .isEqualTo(200);
        assertThat(ask(mine, "/", bearer("default", "sandbox:read")).status()).isEqualTo(200);

        assertThat(ask(mine, "/", bearer("default", "files:read")).body()).contains("\"code\":1005");
        assertThat(ask(mine, "/", "X-API-Key: ewk_wrong").body()).contains("\"code\":1004");
        var neighbour = ask(mine, "/", bearer("other", "*"));
        assertThat(neighbour.status()).isEqualTo(404);
        assertThat(neighbour.body()).contains("\"code\":2001");
    }

    @Test
    void what_is_not_there_looks_like_what_is_not_shown() throws IOException {
        assertThat(ask("sbx-000000000000", "/").body()).contains("\"code\":1001");
        assertThat(ask("sbx-000000000000", "/", key()).body()).contains("\"code\":2001");
    }

    @Test
    void the_owners_credentials_do_not_reach_the_sandbox() throws IOException {
        var seen = ask(
                mine,
                "/echo?a=1&api_key=" + stack.adminKey() + "&b=%2F",
                key(),
                bearer("default", "*"),
                "Cookie: theirs=1; elevo_preview=old; other=2",
                "X-Other: stays");

        assertThat(seen.status()).isEqualTo(200);
        assertThat(seen.body())
                .startsWith("GET /echo?a=1&b=%2F HTTP/1.1")
                .contains("X-Other: stays")
                .doesNotContain(stack.adminKey())
                .doesNotContainIgnoringCase("authorization")
                .doesNotContain("elevo_preview")
                .containsPattern("(?i)cookie: theirs=1; other=2");
    }

    @Test
    void a_public_one_needs_no_credentials_and_still_keeps_them_out() throws IOException {
        assertThat(ask(open, "/").status()).isEqualTo(200);
        assertThat(ask(open, "/", "Authorization: Bearer theirs").body()).contains("Bearer theirs");
        assertThat(ask(open, "/", "X-API-Key: theirs").body()).contains("X-API-Key: theirs");
        assertThat(ask(open, "/", key()).body()).doesNotContain(stack.adminKey());
        assertThat(ask(open, "/", bearer("default", "*")).body()).doesNotContainIgnoringCase("authorization");
        assertThat(ask(open, "/?api_key=" + stack.adminKey()).body()).doesNotContain(stack.adminKey());
    }

    /** The gateway remembers who was let in and who was not. */
    @Test
    void a_change_of_who_may_see_it_holds_from_its_answer_on() throws IOException {
        var path = SANDBOXES + "/" + open;
        for (int i = 0; i < 5; i++) {
            assertThat(ask(open, "/").status()).isEqualTo(200);
            stack.call("PATCH", path, "{\"network\":{\"exposedPorts\":[3000]}}");
            assertThat(ask(open, "/").status()).isEqualTo(401);
            stack.call("PATCH", path, "{\"network\":{\"allowPublicInbound\":true,\"exposedPorts\":[3000]}}");
        }
        assertThat(ask(open, "/").status()).isEqualTo(200);
    }

    @Test
    void only_exposed_ports_are_reached() throws IOException {
        try (var connection = new RawHttp(gateway)) {
            var refused = connection.call("GET", "/", open + "-3001.localhost");
            assertThat(refused.status()).isEqualTo(403);
            assertThat(refused.body()).contains("\"code\":1002");
        }
        assertThat(stack.get(SANDBOXES + "/" + open + "/host?port=3001").code()).isEqualTo(9004);
        assertThat(stack.get(SANDBOXES + "/" + open + "/host?port=3000").field("host"))
                .isEqualTo(name(open));
        assertThat(stack.get(SANDBOXES + "/" + open + "/preview-url?port=3000&path=/a?b=c")
                        .field("url"))
                .isEqualTo("http://" + name(open) + "/a?b=c");
    }

    @Test
    void a_ticket_becomes_a_cookie_and_opens_this_port_only() throws IOException {
        var url = URI.create(stack.get(SANDBOXES + "/" + mine + "/preview-url?port=3000&path=/start?x=1")
                .field("url"));
        assertThat(url.getAuthority()).isEqualTo(name(mine));
        var target = url.getRawPath() + "?" + url.getRawQuery();
        var ticket = target.substring(target.indexOf("elevo_token=") + "elevo_token=".length());

        var turned = ask(mine, target);
        assertThat(turned.status()).isEqualTo(303);
        assertThat(turned.header("location")).isEqualTo("/start?x=1");
        var cookie = turned.header("set-cookie");
        assertThat(cookie)
                .startsWith("elevo_preview=" + ticket + ";")
                .contains("Path=/;")
                .contains("HttpOnly")
                .contains("SameSite=Lax")
                .doesNotContain("Domain");

        var kept = "Cookie: elevo_preview=" + ticket;
        var seen = ask(mine, "/start?x=1", kept, "Authorization: Basic theirs");
        assertThat(seen.status()).isEqualTo(200);
        assertThat(seen.body()).doesNotContain(ticket).contains("Basic theirs");
        assertThat(ask(mine, "/", "Cookie: elevo_preview=planted; elevo_preview=" + ticket)
                        .status())
                .isEqualTo(200);

        assertThat(ask(open, "/?elevo_token=" + ticket).status()).isEqualTo(401);
        try (var connection = new RawHttp(gateway)) {
            assertThat(connection
                            .call("GET", "/", mine + "-3001.localhost", kept)
                            .status())
                    .isEqualTo(401);
        }
        var dot = ticket.indexOf('.');
        var forged =
                ticket.substring(0, dot + 1) + (ticket.charAt(dot + 1) == 'A' ? 'B' : 'A') + ticket.substring(dot + 2);
        assertThat(ask(mine, "/?elevo_token=" + forged).body()).contains("\"code\":1004");
        assertThat(ask(mine, "/", "Cookie: elevo_preview=" + forged).status()).isEqualTo(401);
        assertThat(ask(mine, "//evil.example/?elevo_token=" + ticket).status()).isEqualTo(400);
    }

    @Test
    void one_that_does_not_run_is_a_conflict() throws IOException {
        var id = stack.post(SANDBOXES, "{\"timeoutMs\":1000}").field("id");
        var deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        var answer = ask(id, "/", key());
        while (answer.status() != 409) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            Eventually.pause();
            // Nothing listens; and for a moment nothing answers, while it is being ended.
            assertThat(answer.status()).isIn(502, 503);
            answer = ask(id, "/", key());
        }
        assertThat(answer.body()).contains("\"code\":2003");
    }

    @Test
    void where_nothing_listens_it_says_so() throws IOException {
        try (var connection = new RawHttp(gateway)) {
            var refused = connection.call("GET", "/", mine + "-9.localhost", key());
            assertThat(refused.status()).isEqualTo(502);
            assertThat(refused.body()).contains("\"code\":2009").contains("Nothing listens on port 9");
        }
    }

    // ---- what passes

    @Test
    void events_arrive_when_they_are_sent() throws IOException {
        try (var connection = new RawHttp(gateway)) {
            connection.send(RawHttp.head("GET", "/sse", name(mine), key()) + "\r\n");
            assertThat(connection.readHead().header("content-type")).isEqualTo("text/event-stream");
            assertThat(connection.line()).isNotEmpty();
            assertThat(connection.line()).isEqualTo("data: one");

            assertThat(ask(mine, "/go", key()).body()).isEqualTo("gone");

            var line = connection.line();
            while (!line.startsWith("data: ")) {
                line = connection.line();
            }
            assertThat(line).isEqualTo("data: two");
        }
    }

    @Test
    void large_bodies_pass_both_ways() throws Exception {
        try (var connection = new RawHttp(gateway)) {
            connection.send(RawHttp.head("GET", "/big?" + BIG, name(mine), key()) + "\r\n");
            var head = connection.readHead();
            assertThat(head.header("content-length")).isEqualTo(Integer.toString(BIG));
            var body = connection.in().readNBytes(BIG);
            assertThat(body).hasSize(BIG);
            assertThat(body[65_535 + 3]).isEqualTo((byte) 2);
        }
        var sent = new byte[BIG];
        for (int i = 0; i < sent.length; i++) {
            sent[i] = (byte) (i % 253);
        }
        var sum = HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(sent));
        try (var connection = new RawHttp(gateway)) {
            connection.send(RawHttp.head("POST", "/upload", name(mine), key(), "Content-Length: " + BIG) + "\r\n");
            connection.send(sent);
            assertThat(connection.read().body()).isEqualTo(BIG + " " + sum);
        }
        try (var connection = new RawHttp(gateway)) {
            connection.send(RawHttp.head("PUT", "/upload", name(mine), key(), "Transfer-Encoding: chunked") + "\r\n");
            connection.send(Integer.toHexString(BIG) + "\r\n");
            connection.send(sent);
            connection.send("\r\n0\r\n\r\n");
            assertThat(connection.read().body()).isEqualTo(BIG + " " + sum);
        }
    }

    @Test
    void one_connection_carries_requests_for_previews_and_for_the_api() throws IOException {
        try (var connection = new RawHttp(gateway)) {
            assertThat(connection.call("GET", "/chunked", name(mine), key()).body())
                    .isEqualTo("abcdefg");
            assertThat(connection
                            .call("GET", SANDBOXES + "/" + mine, "localhost", key())
                            .body())
                    .contains(mine);
            var head = connection.call("HEAD", "/", name(mine), key());
            assertThat(head.header("content-length")).isEqualTo("12345");
            assertThat(head.header("x-seen")).isEqualTo("head");
            assertThat(connection.call("GET", "/a", name(mine), key()).header("x-upstream"))
                    .isEqualTo("perl");

            // sent ahead, answered in order
            var request = RawHttp.head("GET", "/first", name(mine), key()) + "\r\n"
                    + RawHttp.head("GET", SANDBOXES + "/none", "localhost", key()) + "\r\n"
                    + RawHttp.head("GET", "/third", name(mine), key()) + "\r\n";
            connection.send(request);
            assertThat(connection.read().body()).startsWith("GET /first");
            assertThat(connection.read().status()).isEqualTo(404);
            assertThat(connection.read().body()).startsWith("GET /third");
        }
    }

    @Test
    void who_waits_to_be_asked_for_the_body_is_asked_by_the_service() throws IOException {
        try (var connection = new RawHttp(gateway)) {
            connection.send(
                    RawHttp.head("POST", "/upload", name(mine), key(), "Content-Length: 3", "Expect: 100-continue")
                            + "\r\n");
            assertThat(connection.readHead().status()).isEqualTo(100);
            connection.send("abc");
            assertThat(connection.read().body()).startsWith("3 ");
        }
    }

    @Test
    void an_answer_that_is_cut_short_does_not_look_whole() throws IOException {
        assertThatThrownBy(() -> ask(mine, "/cut", key())).isInstanceOf(EOFException.class);
        assertThat(ask(mine, "/silent", key()).status()).isEqualTo(502);
        assertThat(ask(mine, "/garbage", key()).status()).isEqualTo(502);
    }

    @Test
    void the_service_learns_where_the_request_came_from() throws IOException {
        assertThat(ask(mine, "/", key(), "X-Forwarded-For: 1.2.3.4", "X-Forwarded-Host: evil", "Forwarded: for=x")
                        .body())
                .contains("X-Forwarded-For: 1.2.3.4, 127.0.0.1")
                .contains("X-Forwarded-Proto: http")
                .contains("X-Forwarded-Host: " + name(mine))
                .contains("Host: " + name(mine))
                .doesNotContain("evil")
                .doesNotContain("for=x");
    }

    @Test
    void cookies_of_a_service_stay_on_its_host() throws IOException {
        var answer = ask(mine, "/cookies", key());

        assertThat(answer.header("set-cookie")).isEqualTo("mine=1; Path=/; HttpOnly");
        assertThat(answer.head().has("strict-transport-security")).isFalse();
    }

    @Test
    void a_path_does_what_a_name_does_and_reaches_into_nothing_else() throws IOException {
        var prefix = "/preview/" + mine + "/" + PORT;
        try (var connection = new RawHttp(gateway)) {
            var seen = connection.call("GET", prefix + "/a%2Fb?c=d", "localhost:" + gateway, key(), "Cookie: api=1");
            assertThat(seen.body())
                    .startsWith("GET /a%2Fb?c=d HTTP/1.1")
                    .contains("X-Forwarded-Prefix: " + prefix)
                    .doesNotContain("api=1");
            assertThat(seen.header("content-security-policy")).isEqualTo("sandbox allow-scripts allow-forms");

            var baked = connection.call("GET", prefix + "/cookies", "localhost", key());
            assertThat(baked.body()).isEqualTo("baked");
            assertThat(baked.head().headers())
                    .doesNotContainKeys("set-cookie", "clear-site-data", "service-worker-allowed");
        }
        try (var connection = new RawHttp(gateway)) {
            var turned = connection.call("GET", prefix + "?q=1", "localhost");
            assertThat(turned.status()).isEqualTo(308);
            assertThat(turned.header("location")).isEqualTo(prefix + "/?q=1");
        }
        try (var connection = new RawHttp(gateway)) {
            var url =
                    stack.get(SANDBOXES + "/" + mine + "/preview-url?port=3000").field("url");
            var ticket = url.substring(url.indexOf('?'));
            assertThat(connection
                            .call("GET", prefix + "/" + ticket, "localhost")
                            .header("set-cookie"))
                    .contains("Path=" + prefix + "/;");
        }
    }

    @Test
    void a_websocket_passes_through() throws Exception {
        var heard = new LinkedBlockingQueue<String>();
        try (var client = HttpClient.newHttpClient()) {
            var socket = client.newWebSocketBuilder()
                    .header("X-API-Key", stack.adminKey())
                    .buildAsync(
                            URI.create("ws://localhost:" + gateway + "/preview/" + mine + "/" + PORT + "/ws"),
                            new Listening(heard))
                    .get(20, TimeUnit.SECONDS);
            for (var word : List.of("one", "two", "three")) {
                socket.sendText(word, true).get(20, TimeUnit.SECONDS);
                assertThat(heard.poll(20, TimeUnit.SECONDS)).isEqualTo(word);
            }
            socket.sendClose(WebSocket.NORMAL_CLOSURE, "").get(20, TimeUnit.SECONDS);
            assertThat(heard.poll(20, TimeUnit.SECONDS)).isEqualTo("closed");
        }
    }

    private record Listening(BlockingQueue<String> heard) implements WebSocket.Listener {
        @Override
        public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            heard.add(data.toString());
            socket.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket socket, int status, String reason) {
            heard.add("closed");
            return null;
        }
    }

    @Test
    void a_socket_ends_with_its_sandbox() throws IOException {
        var id = serving("{}");
        try (var connection = new RawHttp(gateway)) {
            connection.send(RawHttp.head(
                            "GET",
                            "/ws",
                            name(id),
                            key(),
                            "Connection: Upgrade",
                            "Upgrade: websocket",
                            "Sec-WebSocket-Key: x")
                    + "\r\n");
            assertThat(connection.readHead().status()).isEqualTo(101);

            assertThat(stack.delete(SANDBOXES + "/" + id + "?force=true").status())
                    .isEqualTo(204);

            assertThat(connection.in().read()).isEqualTo(-1);
        }
    }

    // ---- what does not

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 3|Content-Length: 4",
                "Content-Length: 3, 4",
                "Content-Length: +3",
                "Transfer-Encoding: xchunked",
                "Transfer-Encoding: gzip, chunked",
                "Transfer-Encoding: chunked|Transfer-Encoding: identity",
                "Transfer-Encoding : chunked",
                "Host: other.localhost",
                "Authorization: Bearer a|Authorization: Bearer b"
            })
    void an_ambiguous_request_reaches_nobody(String headers) throws IOException {
        try (var connection = new RawHttp(gateway)) {
            var lines = (key() + "|" + headers).split("\\|");
            connection.send(RawHttp.head("POST", "/upload", name(mine), lines) + "\r\nabc");

            assertThat(connection.readHead().status()).isEqualTo(400);
        }
    }

    @Test
    void a_length_beside_chunks_reaches_nobody() throws IOException {
        try (var connection = new RawHttp(gateway)) {
            connection.send(
                    RawHttp.head("POST", "/echo", name(mine), key(), "Content-Length: 4", "Transfer-Encoding: chunked")
                            + "\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\n\r\n");

            assertThat(connection.readHead().status()).isEqualTo(400);
        }
    }

    @Test
    void a_name_that_is_nearly_one_is_nobodys() throws IOException {
        for (var host :
                List.of(mine + "-0.localhost", mine + "-65536.localhost", mine + "-x.localhost", mine + ".localhost")) {
            try (var connection = new RawHttp(gateway)) {
                var answer = connection.call("GET", SANDBOXES, host, key());
                assertThat(answer.status()).as(host).isEqualTo(404);
                assertThat(answer.body()).contains("\"code\":9008");
            }
        }
        try (var connection = new RawHttp(gateway)) {
            assertThat(connection
                            .call("GET", "http://localhost" + SANDBOXES, name(mine), key())
                            .status())
                    .isEqualTo(400);
        }
        try (var connection = new RawHttp(gateway)) {
            assertThat(connection
                            .call("GET", "/", mine.toUpperCase(Locale.ROOT) + "-3000.LOCALHOST.:1", key())
                            .status())
                    .isEqualTo(200);
        }
    }
}
