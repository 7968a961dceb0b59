package dev.elevo.functions.admin.gateway.forward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.elevo.contract.testing.Eventually;
import dev.elevo.functions.admin.AdminFunction;
import dev.elevo.functions.admin.PostgresLocal;
import dev.elevo.functions.admin.gateway.Traffic;
import dev.elevo.platform.dynamo.Attributes;
import dev.elevo.platform.testing.Answer;
import dev.elevo.platform.testing.Events;
import dev.elevo.platform.testing.Surrounded;
import dev.elevo.platform.testing.Tokens;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Routes, services and what is forwarded by them, through the function's handler, on a real PostgreSQL and a real state table. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ForwardingTest {
    private static final String NO_RETRY = ",\"retry_count\":0";
    private static final String OPEN = ",\"requires_auth\":false";

    private final AtomicInteger names = new AtomicInteger();
    private final Surrounded surrounded = new Surrounded()
            .with("elevo.upstream.allow", "127.0.0.0/8")
            .with("elevo.gateway.circuit.open.ms", 400)
            .with("elevo.gateway.look.ms", 50);
    private final KindUpstream upstream = new KindUpstream();
    private AdminFunction function;
    private AdminFunction other;

    @BeforeAll
    void start() {
        PostgresLocal.shared().newDatabase().forEach(surrounded::with);
        function = surrounded.start(AdminFunction::new);
        function.runSchedule("projection");
        other = surrounded.start(AdminFunction::new);
    }

    @AfterAll
    void stop() {
        function.close();
        other.close();
        upstream.close();
        surrounded.close();
    }

    @Test
    void a_route_to_a_registered_instance_carries_a_request_there_and_its_answer_back() {
        var name = name();
        register(name, upstream.port());
        route(name, "/" + name + "/*", "/base/*/end", "POST", "");
        upstream.answers(
                201,
                Map.of(
                        "Content-Type",
                        "text/x-own",
                        "X-Own",
                        "yes",
                        "Connection",
                        "X-Hop",
                        "X-Hop",
                        "no",
                        "Set-Cookie",
                        "a=b"),
                "made");

        var answer = admin(Events.post("/" + name + "/a b/c?x=1&api_key=secret&api%5Fkey=s&y=%2F", "{\"b\":1}")
                .header("x-own", "in")
                .header("x-user-id", "forged")
                .header("x_user_id", "forged")
                .header("X_Gateway-Organization_ID", "forged")
                .header("x-gateway-route-id", "forged")
                .header("x-forwarded-for", "192.0.2.1")
                .header("connection", "x-dropped")
                .header("x-dropped", "1")
                .header("host", "gateway.example"));

        assertThat(answer.status()).isEqualTo(201);
        assertThat(text(answer)).isEqualTo("made");
        assertThat(answer.header("x-own")).isEqualTo("yes");
        assertThat(answer.headers()).doesNotContainKeys("x-hop", "connection");
        assertThat(answer.cookies()).containsExactly("a=b");
        var asked = upstream.asked().getLast();
        assertThat(asked.method()).isEqualTo("POST");
        assertThat(asked.target()).isEqualTo("/base/a%20b/c/end?x=1&y=%2F");
        assertThat(asked.body()).isEqualTo("{\"b\":1}");
        assertThat(asked.headers())
                .containsEntry("x-own", "in")
                .containsEntry("x-user-id", "admin")
                .containsEntry("x-gateway-organization-id", Surrounded.ORGANIZATION)
                .containsEntry("x-user-permissions", "*")
                .containsEntry("x-forwarded-for", "192.0.2.1, 198.51.100.7")
                .containsEntry("x-forwarded-host", "gateway.example")
                .containsEntry("host", "127.0.0.1:" + upstream.port())
                .containsEntry("x-request-id", answer.header("x-request-id"))
                .doesNotContainKeys("x-api-key", "x-dropped", "x_user_id", "x_gateway-organization_id")
                .hasEntrySatisfying(
                        "traceparent", trace -> assertThat(trace).matches("00-[0-9a-f]{32}-[0-9a-f]{16}-00"))
                .hasEntrySatisfying("x-gateway-route-id", id -> assertThat(id).hasSize(36));
    }

    @Test
    void a_bearer_token_passes_and_another_credential_does_not() {
        var name = name();
        route(name, "/" + name, url("/x"), "GET", "");
        upstream.answers(200, Map.of(), "");
        var token = token("ann", "files:read");

        assertThat(anonymous(Events.get("/" + name)
                                .bearer(token)
                                .header("traceparent", "00-" + "ab".repeat(16) + "-" + "cd".repeat(8) + "-01"))
                        .status())
                .isEqualTo(200);
        assertThat(upstream.asked().getLast().headers())
                .containsEntry("authorization", "Bearer " + token)
                .containsEntry("x-user-id", "ann")
                .containsEntry("x-user-permissions", "files:read")
                .hasEntrySatisfying(
                        "traceparent",
                        trace -> assertThat(trace)
                                .matches("00-" + "ab".repeat(16) + "-[0-9a-f]{16}-01")
                                .doesNotContain("cd".repeat(8)));

        assertThat(anonymous(Events.get("/" + name).header("authorization", "ApiKey " + Surrounded.ADMIN_KEY))
                        .status())
                .isEqualTo(200);
        assertThat(upstream.asked().getLast().headers()).doesNotContainKey("authorization");
    }

    @Test
    void what_a_route_needs_is_asked_for() {
        var name = name();
        route(name, "/" + name + "/any", url("/x"), "GET", ",\"required_permissions\":[\"a\",\"b\"]");
        route(
                name,
                "/" + name + "/all",
                url("/x"),
                "GET",
                ",\"required_permissions\":[\"a\",\"b\"],\"permission_check_strategy\":\"all\"");
        upstream.answers(200, Map.of(), "ok");
        var half = token("ann", "a");

        refused(anonymous(Events.get("/" + name + "/any")), 401, "F40001");
        refused(anonymous(Events.get("/" + name + "/any").bearer("a.b.c")), 401, "F40001");
        var neither = anonymous(Events.get("/" + name + "/any").bearer(token("eve", "c")));
        refused(neither, 403, "F40003");
        assertThat(neither.value("msg")).isEqualTo("The route requires one of: a, b");
        var notAll = anonymous(Events.get("/" + name + "/all").bearer(half));
        refused(notAll, 403, "F40003");
        assertThat(notAll.value("msg")).isEqualTo("The route requires all of: a, b");
        assertThat(anonymous(Events.get("/" + name + "/any").bearer(half)).status())
                .isEqualTo(200);
        assertThat(anonymous(Events.get("/" + name + "/all").bearer(token("bob", "a b")))
                        .status())
                .isEqualTo(200);
    }

    @Test
    void what_is_asked_with_head_has_the_headers_of_the_answer() {
        var name = name();
        route(name, "/" + name, url("/x"), "ANY", "");
        upstream.answers(200, Map.of("X-A", "1"), "hello");

        var head = admin(Events.of("HEAD", "/" + name));

        assertThat(head.status()).isEqualTo(200);
        assertThat(head.header("x-a")).isEqualTo("1");
        assertThat(head.bytes()).isEmpty();
    }

    @Test
    void a_revoked_token_opens_no_route() {
        var name = name();
        route(name, "/" + name, url("/x"), "GET", "");
        upstream.answers(200, Map.of(), "ok");
        var claims = Tokens.claims("ann", surrounded.clock().instant()).jwtID(name);
        var revoked = Tokens.hs256(claims);
        assertThat(anonymous(Events.get("/" + name).bearer(revoked)).status()).isEqualTo(200);

        assertThat(anonymous(Events.post("/api/v1/auth/revoke", "").bearer(revoked))
                        .status())
                .isEqualTo(204);

        surrounded.clock().advance(Duration.ofSeconds(2));
        Eventually.await(() -> anonymous(Events.get("/" + name).bearer(revoked)).status() == 401);
        refused(anonymous(Events.get("/" + name).bearer(revoked)), 401, "F40001");
    }

    @Test
    void a_window_of_a_route_and_caller_has_a_limit() {
        var name = name();
        route(name, "/" + name, url("/x"), "GET", ",\"rate_limit_rpm\":2");
        upstream.answers(200, Map.of(), "ok");

        assertThat(admin(Events.get("/" + name)).header("x-ratelimit-remaining"))
                .isEqualTo("1");
        assertThat(admin(Events.get("/" + name)).status()).isEqualTo(200);
        var answer = admin(Events.get("/" + name));

        refused(answer, 429, "F42900");
        assertThat(answer.header("x-ratelimit-limit")).isEqualTo("2");
        assertThat(answer.header("x-ratelimit-remaining")).isEqualTo("0");
        assertThat(Integer.parseInt(answer.header("retry-after"))).isBetween(1, 62);
        assertThat(anonymous(Events.get("/" + name).bearer(token("somebody", "x")))
                        .status())
                .isEqualTo(200);
        surrounded.clock().advance(Duration.ofSeconds(63));
        assertThat(admin(Events.get("/" + name)).status()).isEqualTo(200);
    }

    @Test
    void five_failures_open_the_circuit_and_a_success_closes_it() {
        var name = name();
        route(name, "/" + name, url("/x"), "GET", OPEN + NO_RETRY);
        upstream.answers(500, Map.of(), "broken");
        for (int i = 0; i < 5; i++) {
            var answer = anonymous(Events.get("/" + name));
            refused(answer, 502, "F50200");
            assertThat(answer.value("content.upstream_status")).isEqualTo(500);
        }
        var before = upstream.asked().size();

        var open = anonymous(Events.get("/" + name));

        refused(open, 503, "F50301");
        assertThat(open.header("retry-after")).isEqualTo("1");
        assertThat(upstream.asked()).hasSize(before);
        upstream.answers(200, Map.of(), "well");
        Eventually.await(() -> anonymous(Events.get("/" + name)).status() == 200);
        assertThat(anonymous(Events.get("/" + name)).status()).isEqualTo(200);
    }

    @Test
    void an_answer_that_does_not_fit_says_nothing_about_the_service() throws Exception {
        var name = name();
        try (var large =
                new HostileUpstream(HostileUpstream.saying("HTTP/1.1 200 OK\r\nContent-Length: 9999999\r\n\r\n"))) {
            route(name, "/" + name, "http://127.0.0.1:" + large.port() + "/", "GET", OPEN + NO_RETRY);

            for (int i = 0; i < 7; i++) {
                var answer = anonymous(Events.get("/" + name));
                refused(answer, 502, "F50200");
                assertThat(answer.value("content.upstream_status")).isEqualTo(200);
            }
        }
    }

    @Test
    void an_answer_is_kept_for_its_caller() {
        var name = name();
        route(name, "/" + name, url("/x"), "GET", ",\"cache_enabled\":true");
        upstream.answers(200, Map.of("Content-Type", "text/plain"), "first");

        assertThat(admin(Events.get("/" + name + "?a")).header("x-cache")).isEqualTo("MISS");
        upstream.answers(200, Map.of("Cache-Control", "private"), "second");
        var hit = admin(Events.get("/" + name + "?a"));
        assertThat(hit.header("x-cache")).isEqualTo("HIT");
        assertThat(hit.text()).isEqualTo("first");
        assertThat(hit.header("content-type")).isEqualTo("text/plain");
        assertThat(anonymous(Events.get("/" + name + "?a").bearer(token("ann", "x")))
                        .header("x-cache"))
                .isEqualTo("MISS");
        assertThat(anonymous(Events.get("/" + name + "?a").bearer(token("ann", "x")))
                        .header("x-cache"))
                .isEqualTo("MISS");
        refused(anonymous(Events.get("/" + name + "?a")), 401, "F40001");
    }

    @Test
    void what_may_be_for_one_alone_is_not_kept_for_others() {
        var name = name();
        route(name, "/" + name, url("/x"), "GET", ",\"cache_enabled\":true");
        route(name, "/" + name + "/open", url("/x"), "GET", OPEN + ",\"cache_enabled\":true");
        upstream.answers(200, Map.of(), "ok");

        for (var scopes : List.of("a b", "a")) {
            assertThat(anonymous(Events.get("/" + name).bearer(token("ann", scopes)))
                            .header("x-cache"))
                    .isEqualTo("MISS");
        }
        for (var header : List.of("cookie", "authorization")) {
            for (int i = 0; i < 2; i++) {
                assertThat(anonymous(Events.get("/" + name + "/open").header(header, "Basic x=y"))
                                .headers())
                        .doesNotContainKey("x-cache");
            }
        }
        assertThat(anonymous(Events.get("/" + name + "/open")).header("x-cache"))
                .isEqualTo("MISS");
        assertThat(anonymous(Events.get("/" + name + "/open")).header("x-cache"))
                .isEqualTo("HIT");
        // The upstream is told by which name it was asked, and may lead whoever reads the answer there.
        assertThat(anonymous(Events.get("/" + name + "/open").header("host", "another.example"))
                        .header("x-cache"))
                .isEqualTo("MISS");
    }

    @Test
    void what_was_answered_to_a_body_is_not_kept_for_who_sends_none() {
        var name = name();
        route(name, "/" + name, url("/x"), "GET", OPEN + ",\"cache_enabled\":true");
        upstream.answers(200, Map.of(), "poison");
        var fat = anonymous(Events.get("/" + name)
                .header("content-type", "application/json")
                .body("{\"query\":\"poison\"}"));
        assertThat(text(fat)).isEqualTo("poison");
        assertThat(fat.headers()).doesNotContainKey("x-cache");
        upstream.answers(200, Map.of(), "well");

        var answer = anonymous(Events.get("/" + name));

        assertThat(answer.header("x-cache")).isEqualTo("MISS");
        assertThat(text(answer)).isEqualTo("well");
    }

    @Test
    void pages_may_read_what_a_route_answers_and_are_told_so_before() {
        var name = name();
        route(name, "/" + name, url("/x"), "ANY", OPEN);
        upstream.answers(200, Map.of("Vary", "Accept"), "ok");
        var before = upstream.asked().size();

        var preflight = anonymous(Events.of("OPTIONS", "/" + name)
                .header("origin", "https://page.example")
                .header("access-control-request-method", "PUT"));

        assertThat(preflight.status()).isEqualTo(204);
        assertThat(preflight.header("access-control-allow-origin")).isEqualTo("*");
        assertThat(preflight.header("access-control-allow-methods")).contains("PUT");
        assertThat(upstream.asked()).hasSize(before);
        var answer = anonymous(Events.get("/" + name).header("origin", "https://page.example"));
        assertThat(answer.header("access-control-allow-origin")).isEqualTo("*");
        assertThat(answer.header("vary")).isEqualTo("Accept");
        assertThat(anonymous(Events.get("/" + name)).headers()).doesNotContainKey("access-control-allow-origin");
        upstream.answers(500, Map.of(), "no");
        assertThat(anonymous(Events.get("/" + name).header("origin", "https://page.example"))
                        .header("access-control-allow-origin"))
                .isEqualTo("*");
        upstream.answers(200, Map.of("Access-Control-Allow-Origin", "https://page.example"), "ok");
        assertThat(anonymous(Events.get("/" + name).header("origin", "https://page.example"))
                        .header("access-control-allow-origin"))
                .isEqualTo("https://page.example");
    }

    @Test
    void bytes_that_are_no_text_and_a_type_that_is_none_pass_as_they_are() throws Exception {
        var name = name();
        var body = new byte[2_000_000];
        for (int i = 0; i < body.length; i++) {
            body[i] = (byte) (i % 3 == 0 ? '"' : i % 3 == 1 ? 1 : '\\');
        }
        for (var type : List.of("application/json", ";;;", "text")) {
            var head = "HTTP/1.1 200 OK\r\nContent-Type: " + type + "\r\nContent-Encoding: gzip\r\nContent-Length: "
                    + body.length + "\r\n\r\n";
            try (var odd = new HostileUpstream((client, out) -> {
                out.write(head.getBytes(StandardCharsets.ISO_8859_1));
                out.write(body);
                out.flush();
            })) {
                var pattern = "/" + name + "/" + odd.port();
                route(name, pattern, "http://127.0.0.1:" + odd.port() + "/", "GET", NO_RETRY);

                var answer = admin(Events.get(pattern));

                assertThat(answer.status()).isEqualTo(200);
                assertThat(answer.header("content-type")).isEqualTo(type);
                assertThat(answer.header("content-encoding")).isEqualTo("gzip");
                assertThat(answer.bytes()).isEqualTo(body);
            }
        }
    }

    @Test
    void a_body_beyond_the_limit_is_refused_before_anybody_is_asked() {
        var name = name();
        route(name, "/" + name, url("/x"), "POST", "");
        var before = upstream.asked().size();

        refused(admin(Events.post("/" + name, "x".repeat(6_291_457))), 400, "F40000");
        assertThat(upstream.asked()).hasSize(before);
    }

    @Test
    void without_a_healthy_instance_there_is_503_and_a_drained_one_gets_nothing() {
        var name = name();
        route(name, "/" + name, "/x", "GET", "");
        refused(admin(Events.get("/" + name)), 503, "F50300");
        var id = register(name, upstream.port()).textAt("content.instance_id");
        upstream.answers(200, Map.of(), "ok");
        assertThat(admin(Events.get("/" + name)).status()).isEqualTo(200);

        var changed =
                admin(put("/admin/services/" + id, "{\"status\":\"draining\",\"weight\":7,\"metadata\":{\"zone\":1}}"));

        assertThat(changed.value("content.updated_fields")).isEqualTo(List.of("status", "weight", "metadata"));
        refused(admin(Events.get("/" + name)), 503, "F50300");
    }

    @Test
    void a_time_that_is_used_up_is_504() throws Exception {
        var name = name();
        var self = new AtomicReference<HostileUpstream>();
        try (var hanging = new HostileUpstream((client, out) -> self.get().hold())) {
            self.set(hanging);
            route(name, "/" + name, "http://127.0.0.1:" + hanging.port() + "/", "ANY", ",\"timeout_seconds\":1");

            refused(admin(Events.get("/" + name)), 504, "F50400");
            assertThat(hanging.asked()).isEqualTo(1);
        }
    }

    @Test
    void a_failed_attempt_is_made_again_at_another_instance_but_not_twice_what_may_have_been_done() throws Exception {
        var name = name();
        try (var busy = new HostileUpstream(
                HostileUpstream.saying("HTTP/1.1 503 Busy\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"))) {
            register(name, busy.port());
            register(name, upstream.port());
            register(name, 1); // nobody is there
            route(name, "/" + name, "/x", "ANY", ",\"circuit_breaker_enabled\":false,\"retry_count\":2");
            upstream.answers(200, Map.of(), "ok");

            for (int i = 0; i < 6; i++) {
                assertThat(admin(Events.get("/" + name)).status()).isEqualTo(200);
            }
            var before = busy.asked();
            var posted = Stream.generate(
                            () -> admin(Events.post("/" + name, "{}")).status())
                    .limit(6)
                    .toList();

            assertThat(posted).contains(200, 502);
            assertThat(posted.stream().filter(status -> status == 502).count()).isEqualTo(busy.asked() - before);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"169.254.169.254", "nowhere.invalid"})
    void an_instance_that_cannot_be_called_is_passed_over(String host) {
        var name = name();
        register(name, host, 80, "");
        register(name, upstream.port());
        route(name, "/" + name, "/x", "POST", ",\"circuit_breaker_enabled\":false,\"retry_count\":1");
        upstream.answers(200, Map.of(), "ok");

        for (int i = 0; i < 4; i++) {
            assertThat(admin(Events.post("/" + name, "{}")).status()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.1 abc\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 9999999\r\n\r\n", ""})
    void what_cannot_be_passed_on_is_502(String said) throws Exception {
        var name = name();
        try (var rude = new HostileUpstream(HostileUpstream.saying(said))) {
            route(name, "/" + name, "http://127.0.0.1:" + rude.port() + "/", "GET", NO_RETRY);

            refused(admin(Events.get("/" + name)), 502, "F50200");
        }
    }

    @Test
    void an_upstream_that_is_not_there_or_not_allowed_is_502() {
        var name = name();
        route(name, "/" + name + "/gone", "http://127.0.0.1:1/", "GET", NO_RETRY);
        route(name, "/" + name + "/metadata", "http://169.254.169.254/latest", "GET", NO_RETRY);
        route(name, "/" + name + "/six", "http://[::1]:" + upstream.port() + "/", "GET", NO_RETRY);

        for (var target : List.of("/gone", "/metadata", "/six")) {
            refused(admin(Events.get("/" + name + target)), 502, "F50200");
        }
    }

    @Test
    void a_route_that_leads_back_here_ends_at_the_second_time() {
        var name = name();
        route(name, "/" + name, url("/x"), "GET", "");
        upstream.answers(200, Map.of(), "ok");
        assertThat(admin(Events.get("/" + name)).status()).isEqualTo(200);
        var via = upstream.asked().getLast().headers().get("via");

        refused(admin(Events.get("/" + name).header("via", "1.1 proxy, " + via)), 508, "F50200");
        assertThat(admin(Events.get("/" + name).header("via", "1.1 proxy")).status())
                .isEqualTo(200);
    }

    @Test
    void what_no_route_matches_is_404_in_the_words_of_its_place() {
        refused(anonymous(Events.get("/nowhere")), 404, "F40400");
        assertThat(anonymous(Events.get("/api/v1/nowhere")).outcome()).isEqualTo(9008);
        var name = name();
        route(name, "/api/v1/" + name, url("/x"), "GET", "");
        upstream.answers(200, Map.of(), "ok");
        assertThat(admin(Events.get("/api/v1/" + name)).status()).isEqualTo(200);
        route(name, "/" + name, url("/x"), "GET", "");
        refused(admin(Events.get("/" + name).header("upgrade", "WebSocket")), 404, "F40400");
        assertThat(admin(Events.get("/" + name)
                                .header("upgrade", "h2c")
                                .header("connection", "Upgrade, HTTP2-Settings"))
                        .status())
                .isEqualTo(200);
        assertThat(upstream.asked().getLast().headers()).doesNotContainKey("upgrade");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/admin/routes",
                "/admin/*",
                "/admin/other",
                "/health",
                "/metrics",
                "/api/v1/config",
                "/api/v1/sandboxes",
                "/api/v1/sandboxes/*",
                "/api/v1/users/me",
                "/api/v1/sandboxes/*/files/*",
                "/api/v1/events"
            })
    void no_route_comes_before_what_the_workspace_serves(String pattern) {
        var answer = admin(Events.post("/admin/routes", routeBody(name(), pattern, "/x", "ANY", "")));

        refused(answer, 400, "F40000");
        assertThat(answer.value("content.errors.0.field")).isEqualTo("path_pattern");
    }

    @Test
    void a_route_of_everything_leaves_the_workspace_as_it_is() {
        var name = name();
        var id = route(name, "/*", url("/caught"), "ANY", OPEN + ",\"priority\":1000")
                .textAt("content.route_id");
        upstream.answers(200, Map.of(), "caught");
        try {
            assertThat(text(anonymous(Events.get("/whatever")))).isEqualTo("caught");
            assertThat(anonymous(Events.get("/health")).value("content.service"))
                    .isEqualTo("api-gateway");
            assertThat(anonymous(Events.get("/health/")).bytes()).asString().isNotEqualTo("caught");
            assertThat(anonymous(Events.of("DELETE", "/health")).bytes())
                    .asString()
                    .isNotEqualTo("caught");
            assertThat(anonymous(Events.get("//admin/routes")).bytes())
                    .asString()
                    .isNotEqualTo("caught");
            assertThat(admin(Events.get("/api/v1/config")).value("apiVersion")).isEqualTo("v1");
            assertThat(anonymous(Events.get("/api/v1/sandboxes/x/y")).bytes())
                    .asString()
                    .isNotEqualTo("caught");
        } finally {
            admin(Events.of("DELETE", "/admin/routes/" + id));
        }
    }

    @Test
    void a_rule_changed_at_one_instance_is_in_force_at_the_others() {
        var name = name();
        var id = route(name, "/" + name, url("/x"), "GET", OPEN).textAt("content.route_id");
        upstream.answers(200, Map.of(), "ok");
        Eventually.await(() -> status(other, "/" + name) == 200);

        admin(put("/admin/routes/" + id, "{\"is_active\":false}"));
        assertThat(status(function, "/" + name)).isEqualTo(404);
        Eventually.await(() -> status(other, "/" + name) == 404);
        admin(put("/admin/routes/" + id, "{\"is_active\":true}"));
        Eventually.await(() -> status(other, "/" + name) == 200);
        admin(Events.of("DELETE", "/admin/routes/" + id));
        Eventually.await(() -> status(other, "/" + name) == 404);
    }

    @Test
    void as_they_come_instances_follow_within_five_seconds() {
        var asTheyCome = new Surrounded().with("elevo.upstream.allow", "127.0.0.0/8");
        PostgresLocal.shared().newDatabase().forEach(asTheyCome::with);
        try (asTheyCome;
                var one = asTheyCome.start(AdminFunction::new);
                var another = asTheyCome.start(AdminFunction::new)) {
            one.runSchedule("projection");
            upstream.answers(200, Map.of(), "ok");
            assertThat(status(another, "/followed")).isEqualTo(404);
            var begun = System.nanoTime();
            Surrounded.ask(one, Events.post("/admin/routes", routeBody("s", "/followed", url("/x"), "GET", OPEN)));
            Eventually.await(() -> status(another, "/followed") == 200);
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(5));
        }
    }

    @Test
    void instances_take_turns_and_one_that_fails_three_checks_gets_no_requests_until_it_is_well() {
        var name = name();
        try (var second = new KindUpstream()) {
            register(name, upstream.port(), ",\"health_check_url\":\"/well\",\"health_check_interval_seconds\":5");
            register(name, second.port());
            route(name, "/" + name, "/x", "GET", OPEN);
            second.answers(200, Map.of(), "second");
            upstream.answers(200, Map.of(), "first");
            assertThat(asked(name, 4)).isEqualTo(Set.of("first", "second"));

            upstream.answers(500, Map.of(), "sick");
            for (int i = 0; i < 3; i++) {
                assertThat(statuses(name)).doesNotContain("unhealthy");
                surrounded.clock().advance(Duration.ofSeconds(6));
                function.runSchedule("health");
            }
            assertThat(statuses(name)).containsExactlyInAnyOrder("unhealthy", "healthy");
            upstream.answers(200, Map.of(), "first");
            assertThat(asked(name, 4)).isEqualTo(Set.of("second"));

            surrounded.clock().advance(Duration.ofSeconds(6));
            other.runSchedule("health");
            assertThat(statuses(name)).containsExactly("healthy", "healthy");
            Eventually.await(() -> asked(name, 2).equals(Set.of("first", "second")));
        }
    }

    @Test
    void a_check_that_was_not_heard_because_the_function_stood_still_says_nothing() throws Exception {
        var name = name();
        try (var slow = new HostileUpstream((client, out) -> {
            surrounded.clock().advance(Duration.ofSeconds(30));
            HostileUpstream.reset(client);
        })) {
            register(name, slow.port(), ",\"health_check_url\":\"/well\",\"health_check_interval_seconds\":5");

            for (int i = 1; i <= 4; i++) {
                function.runSchedule("health");
                assertThat(slow.asked()).isEqualTo(i);
            }

            assertThat(statuses(name)).containsExactly("healthy");
        }
    }

    @Test
    @Tag("slow")
    void a_check_for_which_there_was_no_connection_says_nothing() throws Exception {
        var database = PostgresLocal.shared().newDatabase();
        var narrow = new Surrounded()
                .with("elevo.upstream.allow", "127.0.0.0/8")
                .with("elevo.gateway.connections", 1)
                .with("elevo.gateway.look.ms", 50);
        database.forEach(narrow::with);
        var self = new AtomicReference<HostileUpstream>();
        var isAsked = new CountDownLatch(1);
        try (narrow;
                var alone = narrow.start(AdminFunction::new);
                var hanging = new HostileUpstream((client, out) -> {
                    isAsked.countDown();
                    self.get().hold();
                })) {
            self.set(hanging);
            alone.runSchedule("projection");
            var busy = "http://127.0.0.1:" + hanging.port() + "/";
            Surrounded.ask(alone, Events.post("/admin/routes", routeBody("busy", "/busy", busy, "GET", OPEN)));
            Surrounded.ask(
                    alone,
                    Events.post(
                            "/admin/services",
                            "{\"service_name\":\"well\",\"instance_id\":\"one\",\"host\":\"127.0.0.1\",\"port\":%d,\"health_check_url\":\"/\"}"
                                    .formatted(upstream.port())));
            Thread.ofVirtual().start(() -> status(alone, "/busy"));
            isAsked.await();
            narrow.clock().advance(Duration.ofSeconds(31));

            alone.runSchedule("health");

            try (var connection = PostgresLocal.shared().connect(database);
                    var statement = connection.createStatement();
                    var row = statement.executeQuery("SELECT last_check, failed_checks FROM gateway_instance")) {
                assertThat(row.next()).isTrue();
                assertThat(row.getTimestamp("last_check").toInstant())
                        .isCloseTo(narrow.clock().instant(), within(1, ChronoUnit.MILLIS));
                assertThat(row.getInt("failed_checks")).isZero();
            }
        }
    }

    @Test
    void a_change_that_is_refused_is_told_to_nobody() {
        var name = name();
        var route = route(name, "/" + name, url("/x"), "GET", "").textAt("content.route_id");
        var instance = register(name, upstream.port()).textAt("content.instance_id");
        var before = revision();

        refused(admin(put("/admin/routes/" + route, "{\"priority\":-1}")), 400, "F40000");
        refused(admin(put("/admin/services/" + instance, "{\"weight\":0}")), 400, "F40000");
        refused(admin(put("/admin/routes/" + instance, "{\"priority\":1}")), 404, "F40400");
        refused(admin(put("/admin/services/" + route, "{\"weight\":1}")), 404, "F40400");

        assertThat(revision()).isEqualTo(before);
        assertThat(admin(put("/admin/routes/" + route, "{\"priority\":1}")).status())
                .isEqualTo(200);
        assertThat(revision()).isGreaterThan(before);
    }

    private long revision() {
        var item = surrounded
                .table()
                .client()
                .getItem(request -> request.tableName(
                                surrounded.table().configuration().table())
                        .key(Attributes.key("GATEWAY", "RULES"))
                        .consistentRead(true))
                .item();
        return Long.parseLong(Attributes.required(item, "revision").n());
    }

    @ParameterizedTest
    @CsvSource({
        "host, 10.0.0.5:8080",
        "host, ':::'",
        "host, '1:2:3:4:5:6:7:8:9'",
        "health_check_url, '/a|b'",
        "health_check_url, '/a%zz'",
        "health_check_url, '/ü'"
    })
    void an_instance_that_nobody_could_ask_is_not_registered(String field, String value) {
        var fields = new HashMap<>(Map.of("host", "127.0.0.1", "health_check_url", "/"));
        fields.put(field, value);

        var answer = admin(Events.post(
                "/admin/services",
                "{\"service_name\":\"%s\",\"instance_id\":\"i\",\"host\":\"%s\",\"port\":1,\"health_check_url\":\"%s\"}"
                        .formatted(name(), fields.get("host"), fields.get("health_check_url"))));

        refused(answer, 400, "F40000");
        assertThat(answer.value("content.errors.0.field")).isEqualTo(field);
    }

    @Test
    void what_was_forwarded_is_counted_over_all_instances() {
        var name = name();
        route(name, "/" + name, url("/x"), "GET", OPEN + NO_RETRY);
        upstream.answers(200, Map.of(), "ok");
        // What no route matches is not counted.
        Eventually.await(() -> status(other, "/" + name) == 200);
        status(function, "/" + name);
        upstream.answers(500, Map.of(), "no");
        status(other, "/" + name);
        other.context().getBean(Traffic.class).count(name, false, 1_000_000);

        Eventually.await(() -> {
            status(other, "/metrics"); // adds what it has counted
            return metrics("/metrics?service_name=" + name).contains(counted("requests", name, 4));
        });
        assertThat(metrics("/metrics?service_name=" + name))
                .contains(counted("errors", name, 1))
                .contains("gateway_response_time_ms{service_name=\"" + name + "\"}");
        assertThat(scraped(name)).contains(counted("requests", name, 4)).contains(counted("errors", name, 1));
        assertThat(metrics("/metrics")).contains("gateway_active_routes ").contains("gateway_healthy_instances ");
        var series = anonymous(Events.get("/metrics?group_by=hour&service_name=" + name));
        assertThat(series.value("content.series.0.requests")).isEqualTo(4);
        assertThat(series.value("content.series.0.errors")).isEqualTo(1);
        var scraped = anonymous(Events.get("/metrics").header("accept", "text/plain"));
        assertThat(scraped.header("content-type")).startsWith("text/plain");
        assertThat(scraped.text()).startsWith("# HELP gateway_requests_total");
        assertThat(text(anonymous(
                        Events.get("/metrics").header("accept", "application/openmetrics-text; version=1.0.0"))))
                .endsWith("# EOF\n");
        refused(anonymous(Events.get("/metrics?hours=0")), 400, "F40000");
        refused(anonymous(Events.get("/metrics?group_by=year")), 400, "F40000");
    }

    @Test
    void what_a_scraper_is_told_never_becomes_less_as_hours_go_by() {
        var name = name();
        route(name, "/" + name, url("/x"), "GET", OPEN + NO_RETRY);
        upstream.answers(500, Map.of(), "no");
        status(function, "/" + name);
        status(function, "/" + name);
        Eventually.await(() -> scraped(name).contains(counted("requests", name, 2)));

        surrounded.clock().advance(Duration.ofHours(25));
        upstream.answers(200, Map.of(), "ok");
        status(function, "/" + name);

        Eventually.await(() -> scraped(name).contains(counted("requests", name, 3)));
        assertThat(scraped(name)).contains(counted("errors", name, 2));
        assertThat(metrics("/metrics?service_name=" + name))
                .contains(counted("requests", name, 1))
                .contains(counted("errors", name, 0));
    }

    private static String counted(String what, String service, int number) {
        return "gateway_" + what + "_total{service_name=\"" + service + "\"} " + number + "\n";
    }

    private String scraped(String service) {
        return anonymous(Events.get("/metrics?service_name=" + service).header("accept", "text/plain"))
                .text();
    }

    @Test
    void many_at_the_same_time_each_get_their_own_answer() throws Exception {
        var name = name();
        route(name, "/" + name + "/*", url("/echo/*"), "GET", ",\"rate_limit_rpm\":100000");
        upstream.answers(200, Map.of(), "ok");
        var before = upstream.asked().size();
        Callable<Integer> caller = () ->
                admin(Events.get("/" + name + "/" + names.incrementAndGet())).status();

        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var statuses = threads
                    .invokeAll(Stream.generate(() -> caller).limit(400).toList())
                    .stream()
                    .map(result -> result.resultNow())
                    .toList();

            assertThat(statuses).hasSize(400).containsOnly(200);
        }
        assertThat(upstream.asked().stream()
                        .skip(before)
                        .map(KindUpstream.Asked::target)
                        .distinct())
                .hasSize(400);
    }

    @Test
    void refused_callers_are_in_the_trail_as_often_as_their_limit_lets_them_ask() {
        var name = name();
        route(name, "/" + name, url("/x"), "GET", ",\"required_permissions\":[\"a\"],\"rate_limit_rpm\":2");
        var mallory = token("mallory-" + name, "b");

        refused(anonymous(Events.get("/" + name).bearer(mallory)), 403, "F40003");
        refused(anonymous(Events.get("/" + name).bearer(mallory)), 403, "F40003");
        refused(anonymous(Events.get("/" + name).bearer(mallory)), 429, "F42900");

        var items = surrounded
                .table()
                .client()
                .scanPaginator(request ->
                        request.tableName(surrounded.table().configuration().table()))
                .items()
                .stream();
        assertThat(items.filter(item -> AttributeValue.fromS("gateway.forward").equals(item.get("type")))
                        .map(item -> item.get("userId"))
                        .filter(AttributeValue.fromS("mallory-" + name)::equals))
                .hasSize(2);
    }

    @Test
    @Tag("slow")
    void a_database_that_is_away_is_f50000_and_what_was_known_goes_on() throws Exception {
        var own = PostgresLocal.open();
        var lonely =
                new Surrounded().with("elevo.upstream.allow", "127.0.0.0/8").with("elevo.gateway.look.ms", 50);
        own.newDatabase().forEach(lonely::with);
        try (lonely;
                var alone = lonely.start(AdminFunction::new)) {
            alone.runSchedule("projection");
            var body = routeBody("s", "/s", url("/x"), "GET", OPEN);
            assertThat(Surrounded.ask(alone, Events.post("/admin/routes", body)).status())
                    .isEqualTo(200);
            upstream.answers(200, Map.of(), "ok");
            assertThat(status(alone, "/s")).isEqualTo(200);

            own.kill();

            var refused = Surrounded.ask(alone, Events.get("/admin/routes"));
            assertThat(refused.value("code")).isEqualTo("F50000");
            assertThat(refused.header("retry-after")).isEqualTo("1");
            refused(Surrounded.ask(alone, Events.post("/admin/routes", body)), 503, "F50000");
            assertThat(status(alone, "/s")).isEqualTo(200);
            assertThat(Surrounded.ask(alone, Events.get("/api/v1/nowhere")).outcome())
                    .isEqualTo(9008);
            var health = Surrounded.ask(alone, Events.get("/health"));
            refused(health, 503, "F50000");
            assertThat(health.value("content.database")).isEqualTo("error: the rules' database does not answer");
            assertThat(health.value("content.cache")).isEqualTo("connected");
            own.startAgain();
            Eventually.await(() -> status(alone, "/health") == 200);
            assertThat(Surrounded.ask(alone, Events.get("/admin/routes")).status())
                    .isEqualTo(200);
        } finally {
            own.kill();
        }
    }

    private static String text(Answer answer) {
        return new String(answer.bytes(), StandardCharsets.UTF_8);
    }

    private Set<String> asked(String name, int times) {
        var answers = new HashSet<String>();
        for (int i = 0; i < times; i++) {
            answers.add(text(anonymous(Events.get("/" + name))));
        }
        return answers;
    }

    private List<Object> statuses(String service) {
        var listed =
                admin(Events.get("/admin/services?service_name=" + service)).value("content.instances");
        return listed instanceof List<?> items
                ? items.stream()
                        .<Object>map(item -> ((Map<?, ?>) item).get("status"))
                        .toList()
                : List.of();
    }

    private String metrics(String target) {
        return anonymous(Events.get(target)).textAt("content.metrics");
    }

    private static int status(AdminFunction function, String target) {
        return Answer.of(function.handle(Events.get(target).event())).status();
    }

    private String name() {
        return "s" + names.incrementAndGet();
    }

    private String url(String path) {
        return "http://127.0.0.1:" + upstream.port() + path;
    }

    private Answer register(String service, int port) {
        return register(service, port, "");
    }

    private Answer register(String service, int port, String more) {
        return register(service, "127.0.0.1", port, more);
    }

    private Answer register(String service, String host, int port, String more) {
        var answer = admin(Events.post(
                "/admin/services",
                "{\"service_name\":\"%s\",\"instance_id\":\"i%d\",\"host\":\"%s\",\"port\":%d%s}"
                        .formatted(service, names.incrementAndGet(), host, port, more)));
        assertThat(answer.value("code")).as(answer.text()).isEqualTo("S10000");
        return answer;
    }

    private Answer route(String service, String pattern, String target, String method, String more) {
        var answer = admin(Events.post("/admin/routes", routeBody(service, pattern, target, method, more)));
        assertThat(answer.value("code")).as(answer.text()).isEqualTo("S10000");
        return answer;
    }

    private static String routeBody(String service, String pattern, String target, String method, String more) {
        return "{\"service_name\":\"%s\",\"path_pattern\":\"%s\",\"target_url\":\"%s\",\"method\":\"%s\"%s}"
                .formatted(service, pattern, target, method, more);
    }

    private static Events put(String target, String body) {
        return Events.of("PUT", target)
                .header("content-type", "application/json")
                .body(body);
    }

    private String token(String user, String scopes) {
        var claims = Tokens.claims(user, surrounded.clock().instant());
        return Tokens.hs256(claims.claim("scope", scopes));
    }

    private static void refused(Answer answer, int status, String code) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(status);
        assertThat(answer.value("code")).isEqualTo(code);
        assertThat(answer.value("msg")).isInstanceOf(String.class);
        assertThat(answer.value("content")).isInstanceOf(Map.class);
    }

    private Answer admin(Events request) {
        return Surrounded.ask(function, request);
    }

    private Answer anonymous(Events request) {
        return Answer.of(function.handle(request.event()));
    }
}
