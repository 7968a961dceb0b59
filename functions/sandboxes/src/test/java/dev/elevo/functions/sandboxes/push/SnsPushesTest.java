package dev.elevo.functions.sandboxes.push;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.elevo.contract.sandbox.SandboxState;
import dev.elevo.functions.sandboxes.push.PushSink.Outcome;
import dev.elevo.platform.outbound.OutboundHttp;
import dev.elevo.platform.push.Device;
import dev.elevo.platform.push.DevicePlatform;
import dev.elevo.platform.push.Push;
import dev.elevo.platform.push.PushConfiguration;
import dev.elevo.platform.status.StatusChange;
import dev.elevo.platform.status.StatusReason;
import io.micronaut.core.type.Argument;
import io.micronaut.json.JsonMapper;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;

/** Against one who speaks SNS's protocol and answers as he is told. */
class SnsPushesTest {
    private static final String ANDROID = "arn:aws:sns:eu-west-1:123456789012:app/GCM/ours";
    private static final String IOS = "arn:aws:sns:eu-west-1:123456789012:app/APNS_SANDBOX/ours";
    private static final String ENDPOINT = "arn:aws:sns:eu-west-1:123456789012:endpoint/GCM/ours/1";
    private static final JsonMapper JSON = JsonMapper.createDefault();
    private static final Push PUSH = Push.of(
                    new StatusChange(
                            "acme",
                            "sbx-1",
                            "wéb",
                            Map.of(),
                            SandboxState.STOPPED,
                            SandboxState.RUNNING,
                            StatusReason.IDLE,
                            Instant.EPOCH,
                            1),
                    "ann")
            .orElseThrow();
    private static final Device PHONE = new Device("dev-1", DevicePlatform.ANDROID, "a token&more=");

    private final List<Map<String, String>> asked = new ArrayList<>();
    private final List<String> authorizations = new ArrayList<>();
    private final Queue<Reply> replies = new ArrayDeque<>();
    private HttpServer server;
    private final OutboundHttp http = new OutboundHttp();
    private SnsRequests requests;

    private record Reply(int status, String body) {}

    @BeforeEach
    void open() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            try (exchange) {
                asked.add(form(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)));
                authorizations.add(exchange.getRequestHeaders().getFirst("Authorization"));
                var reply = replies.remove();
                if (reply.status() > 0) {
                    var body = reply.body().getBytes(StandardCharsets.UTF_8);
                    exchange.sendResponseHeaders(reply.status(), body.length);
                    exchange.getResponseBody().write(body);
                }
            }
        });
        server.start();
        requests = new SnsRequests(
                http, StaticCredentialsProvider.create(AwsBasicCredentials.create("AKID", "secret")), url());
    }

    @AfterEach
    void close() {
        http.close();
        server.stop(0);
    }

    @Test
    void a_message_goes_to_the_endpoint_of_the_token_in_the_words_of_its_platform() throws IOException {
        endpoint(ENDPOINT);
        published();

        assertThat(sink().send(PUSH, PHONE)).isEqualTo(Outcome.SENT);

        assertThat(asked.getFirst())
                .containsEntry("Action", "CreatePlatformEndpoint")
                .containsEntry("PlatformApplicationArn", ANDROID)
                .containsEntry("Token", "a token&more=");
        assertThat(asked.getLast())
                .containsEntry("Action", "Publish")
                .containsEntry("TargetArn", ENDPOINT)
                .containsEntry("MessageStructure", "json");
        assertThat(authorizations).allMatch(one -> one.contains("/eu-west-1/sns/aws4_request"));
        var words = object(object(asked.getLast().get("Message")).get("GCM"));
        assertThat(words)
                .isEqualTo(Map.of(
                        "fcmV1Message",
                        Map.of(
                                "message",
                                Map.of(
                                        "notification",
                                        Map.of("title", "Sandbox stopped", "body", "wéb was stopped: nobody used it"),
                                        "data",
                                        Map.of("sandboxId", "sbx-1", "state", "stopped", "reason", "idle")))));
    }

    @Test
    void apples_platform_has_words_of_its_own() throws IOException {
        endpoint(ENDPOINT);
        published();

        assertThat(sink().send(PUSH, new Device("dev-2", DevicePlatform.IOS, "t")))
                .isEqualTo(Outcome.SENT);

        var words = object(object(asked.getLast().get("Message")).get("APNS_SANDBOX"));
        assertThat(words)
                .containsEntry(
                        "aps",
                        Map.of("alert", Map.of("title", "Sandbox stopped", "body", "wéb was stopped: nobody used it")))
                .containsEntry("data", Map.of("sandboxId", "sbx-1", "state", "stopped", "reason", "idle"));
    }

    @Test
    void an_endpoint_that_is_disabled_is_deleted_and_its_token_dead() {
        endpoint(ENDPOINT);
        refused(400, "EndpointDisabled", "Endpoint is disabled");
        replies.add(new Reply(200, "<DeleteEndpointResponse/>"));

        assertThat(sink().send(PUSH, PHONE)).isEqualTo(Outcome.DEAD);
        assertThat(asked.getLast()).containsEntry("Action", "DeleteEndpoint").containsEntry("EndpointArn", ENDPOINT);
    }

    @Test
    void what_is_no_token_is_dead() {
        refused(400, "InvalidParameter", "Invalid parameter: Token Reason: iOS device tokens must be hexadecimal");

        assertThat(sink().send(PUSH, PHONE)).isEqualTo(Outcome.DEAD);
    }

    @Test
    void an_endpoint_of_other_attributes_is_used_as_it_is() {
        refused(
                400,
                "InvalidParameter",
                "Invalid parameter: Token Reason: Endpoint " + ENDPOINT
                        + " already exists with the same Token, but different attributes.");
        published();

        assertThat(sink().send(PUSH, PHONE)).isEqualTo(Outcome.SENT);
        assertThat(asked.getLast()).containsEntry("TargetArn", ENDPOINT);
    }

    @ParameterizedTest
    @CsvSource({
        "400, InvalidParameter, Invalid parameter: PlatformApplicationArn Reason: no",
        "403, AuthorizationError, may not",
        "500, InternalError, hm",
        "503, ServiceUnavailable, busy"
    })
    void what_only_the_operator_or_time_can_put_right_costs_nobody_his_device(int status, String code, String message) {
        refused(status, code, message);

        assertThat(sink().send(PUSH, PHONE)).isEqualTo(Outcome.NOT_NOW);
    }

    @ParameterizedTest
    @CsvSource({
        "403, AuthorizationError, NOT_NOW",
        "429, Throttled, NOT_NOW",
        "503, Busy, NOT_NOW",
        "500, InternalError, IN_DOUBT"
    })
    void only_of_what_surely_was_not_sent_another_attempt_is_made(int status, String code, Outcome outcome) {
        endpoint(ENDPOINT);
        refused(status, code, "no");

        assertThat(sink().send(PUSH, PHONE)).isEqualTo(outcome);
    }

    @Test
    void a_silence_after_the_question_is_a_doubt_and_one_before_it_is_none() {
        endpoint(ENDPOINT);
        replies.add(new Reply(0, ""));
        assertThat(sink().send(PUSH, PHONE)).isEqualTo(Outcome.IN_DOUBT);

        server.stop(0);
        assertThat(sink().send(PUSH, PHONE)).isEqualTo(Outcome.NOT_NOW);
    }

    @Test
    void a_platform_without_an_application_is_not_reached() {
        var sink = new SnsPushes(new PushConfiguration(ANDROID, "", false, url()), requests, JSON);

        assertThat(sink.reaches(DevicePlatform.ANDROID)).isTrue();
        assertThat(sink.reaches(DevicePlatform.IOS)).isFalse();
    }

    private SnsPushes sink() {
        return new SnsPushes(new PushConfiguration(ANDROID, IOS, false, url()), requests, JSON);
    }

    private String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/";
    }

    private void endpoint(String arn) {
        replies.add(new Reply(
                200,
                "<CreatePlatformEndpointResponse><CreatePlatformEndpointResult><EndpointArn>" + arn
                        + "</EndpointArn></CreatePlatformEndpointResult></CreatePlatformEndpointResponse>"));
    }

    private void published() {
        replies.add(new Reply(
                200, "<PublishResponse><PublishResult><MessageId>1</MessageId></PublishResult></PublishResponse>"));
    }

    private void refused(int status, String code, String message) {
        replies.add(new Reply(
                status,
                "<ErrorResponse><Error><Type>Sender</Type><Code>" + code + "</Code><Message>" + message
                        + "</Message></Error></ErrorResponse>"));
    }

    private static Map<String, Object> object(@Nullable Object json) throws IOException {
        return Objects.requireNonNull(JSON.readValue(String.valueOf(json), Argument.mapOf(String.class, Object.class)));
    }

    private static Map<String, String> form(String body) {
        var parameters = new HashMap<String, String>();
        for (var parameter : body.split("&", -1)) {
            var pair = parameter.split("=", 2);
            parameters.put(pair[0], URLDecoder.decode(pair[1], StandardCharsets.UTF_8));
        }
        return parameters;
    }
}
