package dev.elevo.localstack.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elevo.contract.Area;
import dev.elevo.localstack.gateway.EventHandler;
import dev.elevo.localstack.gateway.Gateway;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** From a client's HTTP to a real area's handler in a process of its own, and back. */
@Timeout(120)
class ThroughTheRuntimeTest {

    @TempDir
    private Path folder;

    @Test
    void a_preflight_is_answered_by_the_real_function() throws Exception {
        var signingKey =
                KeyPairGenerator.getInstance("Ed25519").generateKeyPair().getPrivate();
        var environment = Map.of(
                "ELEVO_DYNAMODB_ENDPOINT",
                "http://127.0.0.1:1",
                "ELEVO_AGENT_URL",
                "http://127.0.0.1:1",
                "ELEVO_AGENT_SIGNING_KEY",
                Base64.getEncoder().encodeToString(signingKey.getEncoded()),
                "ELEVO_BOOTSTRAP_KEY_SHA256",
                "0".repeat(64),
                "ELEVO_JWT_SECRET",
                "s".repeat(64),
                "ELEVO_CURSOR_SECRET",
                "c".repeat(64),
                "ELEVO_TARGET",
                "local");
        var program = Programs.of(Area.ADMIN.handlerClass(), environment, folder);
        try (var function = FunctionProcesses.start(program, 1, Duration.ofSeconds(60))) {
            function.started().get();
            EventHandler handler = event -> LambdaJson.answer(function.invoke(LambdaJson.event(event)));
            try (var gateway = Gateway.start("127.0.0.1", 0, Map.of(Area.ADMIN, handler));
                    var client = HttpClient.newHttpClient()) {
                var preflight = HttpRequest.newBuilder(
                                URI.create("http://127.0.0.1:" + gateway.port() + "/api/v1/config"))
                        .method("OPTIONS", HttpRequest.BodyPublishers.noBody())
                        .header("Origin", "https://a.example")
                        .header("Access-Control-Request-Method", "GET")
                        .header("X-Request-ID", "mine")
                        .build();

                var answer = client.send(preflight, HttpResponse.BodyHandlers.ofString());

                assertThat(answer.statusCode()).as(answer.body()).isEqualTo(204);
                assertThat(answer.headers().firstValue("access-control-allow-origin"))
                        .isPresent();
                assertThat(answer.headers().firstValue("x-request-id")).contains("mine");
            }
        }
    }
}
