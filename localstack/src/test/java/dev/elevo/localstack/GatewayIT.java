package dev.elevo.localstack;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpServer;
import dev.elevo.contract.testing.Eventually;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The dynamic gateway as its users' own clients find it. */
final class GatewayIT {
    private static final List<String> WORDS =
            List.of("forwarded /users/7", "health healthy", "metrics read", "deleted S10000", "deregistered S10000");

    @RegisterExtension
    static final SharedStack SHARED = new SharedStack();

    private static RunningStack stack;
    private static HttpServer upstream;

    @BeforeAll
    static void start() throws IOException {
        stack = SHARED.get();
        upstream = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
        upstream.createContext("/", exchange -> {
            var answer = "{\"path\":\"%s\",\"user\":\"%s\"}"
                    .formatted(
                            exchange.getRequestURI(),
                            exchange.getRequestHeaders().getFirst("X-User-ID"))
                    .getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        upstream.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        upstream.start();
    }

    @AfterAll
    static void stop() {
        upstream.stop(0);
    }

    @Test
    void a_plain_python_client_with_the_admin_key_passes() throws Exception {
        assertThat(run("python3", "gateway.py", stack.adminKey())).contains(WORDS);
    }

    @Test
    void a_plain_javascript_client_with_a_token_passes() throws Exception {
        assertThat(run("node", "gateway.mjs", token())).contains(WORDS);
    }

    @Test
    void what_is_sent_and_answered_is_carried_as_it_is() {
        var target = "http://127.0.0.1:" + upstream.getAddress().getPort() + "/c/*";
        var route = stack.post("/admin/routes", open("carried", target));
        assertThat(route.field("code")).as(route.text()).isEqualTo("S10000");

        var answer = stack.get("/carried/a/b?x=%2F&y", "X-API-Key", "");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("content-type")).isEqualTo("application/json");
        assertThat(answer.json()).containsEntry("path", "/c/a/b?x=%2F&y").containsEntry("user", "null");
        var id = content(route).get("route_id");
        assertThat(stack.delete("/admin/routes/" + id).status()).isEqualTo(200);
        assertThat(stack.get("/carried/a").field("code")).isEqualTo("F40400");
    }

    @Test
    void a_route_that_leads_back_here_is_found_out_at_once() {
        var route = stack.post("/admin/routes", open("loop", stack.ready("url") + "/loop/*"));
        assertThat(route.field("code")).as(route.text()).isEqualTo("S10000");

        var answer = stack.get("/loop/x");

        assertThat(answer.status()).isEqualTo(502);
        assertThat(answer.field("code")).isEqualTo("F50200");
        assertThat(content(answer).get("upstream_status")).isEqualTo(508);
        // Once there, once back, and no attempt more.
        Eventually.await(() -> stack.get("/metrics?service_name=loop")
                .text()
                .contains("gateway_requests_total{service_name=\\\"loop\\\"} 2"));
        stack.delete("/admin/routes/" + content(route).get("route_id"));
    }

    /** A route for everybody. */
    private static String open(String name, String target) {
        return "{\"service_name\":\"%s\",\"path_pattern\":\"/%s/*\",\"target_url\":\"%s\",\"method\":\"ANY\",\"requires_auth\":false}"
                .formatted(name, name, target);
    }

    private static Map<?, ?> content(RunningStack.Answer answer) {
        return answer.json().get("content") instanceof Map<?, ?> content ? content : Map.of();
    }

    private static String run(String program, String script, String token) throws Exception {
        var process = new ProcessBuilder(
                        program,
                        Path.of(Objects.requireNonNull(GatewayIT.class.getResource("/clients/" + script))
                                        .toURI())
                                .toString(),
                        stack.ready("url").toString(),
                        token,
                        Integer.toString(upstream.getAddress().getPort()))
                .redirectErrorStream(true)
                .start();
        var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).as(said).isZero();
        return said;
    }

    private static String token() throws JOSEException {
        var claims = new JWTClaimsSet.Builder()
                .subject("js")
                .claim("scope", "gateway.admin")
                .expirationTime(Date.from(Instant.now().plusSeconds(600)));
        var token = new SignedJWT(new JWSHeader(JWSAlgorithm.HS256), claims.build());
        token.sign(new MACSigner(RunningStack.JWT_SECRET));
        return token.serialize();
    }
}
