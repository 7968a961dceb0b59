package dev.elevo.platform.microvm;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.elevo.platform.microvm.MicrovmException.Kind;
import dev.elevo.platform.microvm.RunMicrovm.Logging;
import dev.elevo.platform.outbound.OutboundHttp;
import io.micronaut.serde.ObjectMapper;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;

/** What goes over the wire, and what becomes of each answer. */
class HttpMicrovmsTest {
    private static final String ID = "microvm-1";
    private static final String ARN = "arn:aws:lambda:eu-west-1:1:microvm-image:base";
    private static final String RUNNING = """
            {"microvmId":"microvm-1","state":"RUNNING","endpoint":"x.on.aws","imageArn":"%s","imageVersion":"3.0",\
            "startedAt":1.7671392005E9,"maximumDurationInSeconds":28800,"somethingNew":{}}""".formatted(ARN);
    private static final RunMicrovm WISH =
            new RunMicrovm(ARN, "3.0", null, 28_800, "{}", List.of("in"), List.of("out"), Logging.NONE, "token-1");

    private record Reply(int status, String type, String retryAfter, String body) {}

    private record Call(String line, String body, String authorization) {}

    private final Queue<Reply> replies = new ArrayDeque<>();
    private final List<Call> calls = new ArrayList<>();
    private HttpServer server;
    private final OutboundHttp http = new OutboundHttp();
    private HttpMicrovms microvms;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
        microvms = new HttpMicrovms(
                http,
                new MicrovmConfiguration(
                        "http://127.0.0.1:" + server.getAddress().getPort(), "eu-west-1", ""),
                StaticCredentialsProvider.create(AwsBasicCredentials.create("AKID", "secret")),
                ObjectMapper.create(Map.of("micronaut.serde.serialization.inclusion", "NON_NULL"), "dev.elevo"));
    }

    @AfterEach
    void stop() {
        http.close();
        server.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            calls.add(new Call(
                    exchange.getRequestMethod() + " " + exchange.getRequestURI(),
                    new String(exchange.getRequestBody().readAllBytes(), UTF_8),
                    exchange.getRequestHeaders().getFirst("Authorization")));
            var reply = replies.remove();
            exchange.getResponseHeaders().set("x-amzn-ErrorType", reply.type());
            if (!reply.retryAfter().isEmpty()) {
                exchange.getResponseHeaders().set("Retry-After", reply.retryAfter());
            }
            exchange.sendResponseHeaders(reply.status(), reply.body().isEmpty() ? -1 : 0);
            if (!reply.body().isEmpty()) {
                exchange.getResponseBody().write(reply.body().getBytes(UTF_8));
            }
        }
    }

    private void next(int status, String body) {
        replies.add(new Reply(status, "", "", body));
    }

    private void refusal(int status, String type, String retryAfter) {
        replies.add(new Reply(status, type, retryAfter, "{\"message\":\"no\"}"));
    }

    @Test
    void a_start_is_told_in_the_words_of_the_service() {
        next(200, RUNNING);

        var started = microvms.run(WISH);

        assertThat(started)
                .isEqualTo(new Microvm(
                        ID,
                        MicrovmState.RUNNING,
                        "x.on.aws",
                        ARN,
                        "3.0",
                        Instant.ofEpochMilli(1_767_139_200_500L),
                        null));
        assertThat(calls.getFirst().line()).isEqualTo("POST /2025-09-09/microvms");
        assertThat(calls.getFirst().body())
                .contains("\"maximumDurationInSeconds\":28800", "\"clientToken\":\"token-1\"", "\"disabled\":{}")
                .doesNotContain("executionRoleArn", "cloudWatch", "null");
        assertThat(calls.getFirst().authorization())
                .startsWith("AWS4-HMAC-SHA256 Credential=AKID/")
                .contains("/eu-west-1/lambda/aws4_request");
    }

    @Test
    void what_is_throttled_is_asked_again_no_sooner_than_the_service_wants() {
        refusal(429, "ThrottlingException", "1");
        next(200, RUNNING);
        var begun = System.nanoTime();

        assertThat(microvms.get(ID).state()).isEqualTo(MicrovmState.RUNNING);

        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThanOrEqualTo(Duration.ofSeconds(1));
        assertThat(calls).hasSize(2);
    }

    @Test
    void a_service_that_is_broken_is_asked_again() {
        refusal(500, "InternalServerException", "");
        next(200, "");

        microvms.suspend(ID);

        assertThat(calls).extracting(Call::line).containsOnly("POST /2025-09-09/microvms/microvm-1/suspend");
        assertThat(calls).hasSize(2);
    }

    @Test
    void what_will_not_change_soon_is_told_at_once() {
        refusal(402, "ServiceQuotaExceededException", "");
        refusal(500, "InsufficientCapacityException", "");
        refusal(404, "ResourceNotFoundException", "");
        refusal(409, "ConflictException", "");
        refusal(400, "ValidationException", "");
        refusal(403, "AccessDeniedException", "");

        for (var kind :
                List.of(Kind.QUOTA, Kind.NO_CAPACITY, Kind.NOT_FOUND, Kind.CONFLICT, Kind.INVALID, Kind.DENIED)) {
            assertThatExceptionOfType(MicrovmException.class)
                    .isThrownBy(() -> microvms.run(WISH))
                    .satisfies(refused -> assertThat(refused.kind()).isEqualTo(kind));
        }
        assertThat(calls).hasSize(6);
    }

    @Test
    void a_list_goes_on_behind_empty_pages() {
        next(200, "{\"items\":[],\"nextToken\":\"a+b/=\"}");
        next(200, "{\"items\":[{\"microvmId\":\"microvm-1\",\"state\":\"SUSPENDED\",\"startedAt\":1.0}]}");

        assertThat(microvms.list(ARN))
                .containsExactly(new ListedMicrovm(ID, MicrovmState.SUSPENDED, Instant.ofEpochSecond(1)));

        assertThat(calls.getLast().line()).endsWith("&maxResults=50&nextToken=a%2Bb%2F%3D");
    }

    @Test
    void ending_what_is_not_there_is_success() {
        refusal(404, "ResourceNotFoundException", "");

        microvms.terminate(ID);

        assertThat(calls.getFirst().line()).isEqualTo("DELETE /2025-09-09/microvms/microvm-1");
    }

    @Test
    void a_token_is_for_one_port() {
        next(200, "{\"authToken\":{\"X-aws-proxy-auth\":\"jwe\"}}");

        assertThat(microvms.token(ID, 8080, Duration.ofMinutes(60)).headers())
                .containsExactly(Map.entry("X-aws-proxy-auth", "jwe"));

        assertThat(calls.getFirst().body())
                .isEqualTo("{\"expirationInMinutes\":60,\"allowedPorts\":[{\"port\":8080}]}");
    }
}
