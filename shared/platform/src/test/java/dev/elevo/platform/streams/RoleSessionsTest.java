package dev.elevo.platform.streams;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpServer;
import dev.elevo.contract.ApiException;
import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.agent.SigningKey;
import dev.elevo.platform.outbound.OutboundHttp;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;

class RoleSessionsTest {
    private static final String ANSWER = """
            <AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
              <AssumeRoleResult>
                <AssumedRoleUser><AssumedRoleId>AROA:sbx</AssumedRoleId><Arn>arn:aws:sts::1:assumed-role/w/sbx</Arn></AssumedRoleUser>
                <Credentials>
                  <AccessKeyId>ASIAEXAMPLE</AccessKeyId>
                  <SecretAccessKey>a/secret+&amp;</SecretAccessKey>
                  <SessionToken>
                    FQoDYXdz==
                  </SessionToken>
                  <Expiration>2026-11-29T08:00:00Z</Expiration>
                </Credentials>
              </AssumeRoleResult>
            </AssumeRoleResponse>
            """;

    private final List<String> asked = new CopyOnWriteArrayList<>();
    private volatile int status = 200;
    private volatile String answer = ANSWER;
    private HttpServer sts;
    private final OutboundHttp http = new OutboundHttp();
    private RoleSessions sessions;

    @BeforeEach
    void start() throws IOException {
        sts = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        sts.createContext("/", exchange -> {
            try (exchange) {
                asked.add(exchange.getRequestHeaders().getFirst("Authorization"));
                asked.add(URLDecoder.decode(new String(exchange.getRequestBody().readAllBytes(), UTF_8), UTF_8));
                var body = answer.getBytes(UTF_8);
                exchange.sendResponseHeaders(status, body.length);
                exchange.getResponseBody().write(body);
            }
        });
        sts.start();
        sessions = new RoleSessions(
                http,
                new RoleConfiguration(
                        "arn:aws:iam::1:role/w",
                        "arn:stage",
                        "http://127.0.0.1:" + sts.getAddress().getPort(),
                        "eu-west-1"),
                StaticCredentialsProvider.create(AwsBasicCredentials.create("AKID", "secret")));
    }

    @AfterEach
    void stop() {
        http.close();
        sts.stop(0);
    }

    @Test
    void a_session_has_a_name_an_end_and_a_policy() {
        var key = sessions.begin("sbx-1", "{\"Version\":\"2012-10-17\"}");

        assertThat(key)
                .isEqualTo(new SigningKey(
                        "ASIAEXAMPLE", "a/secret+&", "FQoDYXdz==", "eu-west-1", Instant.parse("2026-11-29T08:00:00Z")));
        assertThat(key.toString()).doesNotContain("secret").doesNotContain("FQoD");
        assertThat(asked.getFirst()).contains("/eu-west-1/sts/aws4_request");
        assertThat(asked.getLast().split("&"))
                .containsExactlyInAnyOrder(
                        "Action=AssumeRole",
                        "Version=2011-06-15",
                        "RoleArn=arn:aws:iam::1:role/w",
                        "RoleSessionName=sbx-1",
                        "DurationSeconds=3600",
                        "Policy={\"Version\":\"2012-10-17\"}");
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 403, 500})
    void what_sts_refuses_may_be_tried_later(int refusal) {
        status = refusal;

        assertUnavailable();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "no XML", "<a><AccessKeyId>x</AccessKeyId></a>", "<!DOCTYPE a SYSTEM 'http://x'><a>&b;</a>"})
    void an_answer_that_says_nothing_is_none(String words) {
        answer = words;

        assertUnavailable();
    }

    private void assertUnavailable() {
        var failure = catchThrowableOfType(ApiException.class, () -> sessions.begin("sbx-1", "{}"));
        assertThat(failure.failure().code()).isEqualTo(ErrorCode.SERVICE_UNAVAILABLE);
    }
}
