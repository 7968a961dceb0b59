package dev.elevo.functions.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elevo.platform.testing.Answer;
import dev.elevo.platform.testing.Surrounded;
import io.micronaut.function.aws.proxy.MockLambdaContext;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Output larger than Lambda's answers: cut or paged, never a failed invocation. Measured on what the runtime is given. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LargeOutputTest {
    private static final int LAMBDA_LIMIT = 6_291_556;

    /** Zero bytes are the worst: each is seven bytes of the payload. */
    private static final int WRITTEN = 2_000_000;

    private static final int PID = 2;

    private Surrounded surrounded;
    private ProcessFunction function;

    @BeforeAll
    void start() {
        surrounded = new Surrounded();
        function = surrounded.start(ProcessFunction::new);
    }

    @AfterAll
    void stop() {
        function.close();
        surrounded.close();
    }

    @Test
    void a_result_is_cut_to_what_can_be_answered_and_says_so() throws IOException {
        var answer = run(surrounded.sandbox(function).id(), WRITTEN, "utf-8", "");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.value("truncated")).isEqualTo(true);
        assertThat(answer.value("exitCode")).isEqualTo(0);
        assertThat(answer.textAt("stdout")).matches("\0{800000,}");
    }

    @Test
    void a_result_that_just_fits_is_whole() throws IOException {
        var answer = run(surrounded.sandbox(function).id(), 850_000, "utf-8", "");

        assertThat(answer.value("truncated")).isEqualTo(false);
        assertThat(answer.textAt("stdout")).hasSize(850_000);
    }

    @Test
    void characters_outside_the_basic_plane_are_counted_as_they_are_encoded() throws IOException {
        var input = "😀".repeat(500_000);
        var body = "{\"command\":\"cat\",\"input\":\"" + input + "\"}";

        var answer = invoke("POST", path(surrounded.sandbox(function).id(), "/run"), "", "", body);

        assertThat(answer.value("truncated")).isEqualTo(true);
        assertThat(answer.textAt("stdout")).matches("(😀){400000,}");
    }

    @Test
    void base64_that_is_cut_can_be_decoded() throws IOException {
        var answer = run(surrounded.sandbox(function).id(), 3 * WRITTEN, "base64", "");

        assertThat(answer.value("truncated")).isEqualTo(true);
        assertThat(Base64.getDecoder().decode(answer.textAt("stdout"))).hasSizeBetween(4_490_000, 4_500_000);
    }

    @Test
    void a_result_fetched_later_is_cut_the_same_way() throws IOException {
        var id = surrounded.sandbox(function).id();
        var answered = run(id, WRITTEN, "utf-8", "");

        var fetched = get(id, "/result", "");

        assertThat(fetched.body()).isEqualTo(answered.body());
    }

    @Test
    void a_repeat_with_the_key_is_answered_alike() throws IOException {
        var id = surrounded.sandbox(function).id();

        var first = run(id, WRITTEN, "utf-8", "the-key");
        var second = run(id, WRITTEN, "utf-8", "the-key");

        assertThat(second.header("x-idempotent-replayed")).isEqualTo("true");
        assertThat(second.text()).isEqualTo(first.text());
    }

    @Test
    void pages_are_shortened_and_together_hold_every_byte() throws IOException {
        var id = surrounded.sandbox(function).id();
        run(id, WRITTEN, "utf-8", "");

        var read = 0;
        var page = get(id, "/output", "limit=1048576");
        while (true) {
            assertThat(page.value("droppedBytes")).isEqualTo(0);
            assertThat(page.value("chunks.0.offset")).isEqualTo(read);
            var data = page.textAt("chunks.0.data");
            assertThat(data).matches("\0+");
            read += data.length();
            if (Boolean.TRUE.equals(page.value("ended"))) {
                break;
            }
            page = get(id, "/output", "limit=1048576&cursor=" + page.value("nextCursor"));
        }

        assertThat(read).isEqualTo(WRITTEN);
    }

    private Answer run(String sandboxId, int bytes, String encoding, String key) throws IOException {
        var body = "{\"command\":\"head -c " + bytes + " /dev/zero\",\"encoding\":\"" + encoding + "\"}";
        return invoke("POST", path(sandboxId, "/run"), "", key, body);
    }

    private Answer get(String sandboxId, String suffix, String query) throws IOException {
        return invoke("GET", path(sandboxId, "/" + PID + suffix), query, "", "");
    }

    private static String path(String sandboxId, String suffix) {
        return "/api/v1/sandboxes/" + sandboxId + "/process" + suffix;
    }

    /** As the Lambda runtime calls it, which counts the bytes that come back. */
    private Answer invoke(String method, String path, String query, String key, String body) throws IOException {
        var idempotency = key.isEmpty() ? "" : ",\"x-idempotency-key\":\"" + key + "\"";
        var event = """
                {"version":"2.0","rawPath":"%s","rawQueryString":"%s",
                 "headers":{"x-api-key":"%s","content-type":"application/json"%s},
                 "requestContext":{"http":{"method":"%s","path":"%s","sourceIp":"203.0.113.9"}},
                 "body":"%s","isBase64Encoded":true}""".formatted(
                        path,
                        query,
                        Surrounded.ADMIN_KEY,
                        idempotency,
                        method,
                        path,
                        Base64.getEncoder().encodeToString(body.getBytes(StandardCharsets.UTF_8)));
        var output = new ByteArrayOutputStream();
        function.handleRequest(
                new ByteArrayInputStream(event.getBytes(StandardCharsets.UTF_8)), output, new MockLambdaContext());

        assertThat(output.size()).isLessThanOrEqualTo(LAMBDA_LIMIT);
        return Answer.ofPayload(output.toByteArray());
    }
}
