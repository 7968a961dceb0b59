package dev.elevo.platform.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.elevo.contract.Area;
import dev.elevo.platform.testing.FixtureFunction;
import dev.elevo.platform.testing.FixtureFunction.Fixture;
import dev.elevo.platform.testing.FixtureTask;
import io.micronaut.function.aws.proxy.MockLambdaContext;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AreaFunctionTest {
    private static final String SECRET = "a-secret-of-the-tests-that-is-long-enough";

    private Fixture fixture;

    @BeforeAll
    void start() {
        fixture = FixtureFunction.start();
    }

    @AfterAll
    void stop() {
        fixture.close();
    }

    private String handle(String event) throws IOException {
        var output = new ByteArrayOutputStream();
        fixture.function()
                .handleRequest(
                        new ByteArrayInputStream(event.getBytes(StandardCharsets.UTF_8)),
                        output,
                        new MockLambdaContext());
        return output.toString(StandardCharsets.UTF_8);
    }

    /** As API Gateway sends it. */
    private static String event(String path, String query) {
        return """
                {"version":"2.0","routeKey":"ANY /{rest+}","rawPath":"%s","rawQueryString":"%s","cookies":["a=1"],
                 "headers":{"x-request-id":"req-of-the-test","content-length":"0"},
                 "queryStringParameters":{"path":"cut,at,commas"},
                 "requestContext":{"accountId":"1","apiId":"x","domainName":"x.execute-api.eu-west-1.amazonaws.com",
                   "http":{"method":"GET","path":"%s","protocol":"HTTP/1.1","sourceIp":"203.0.113.9","userAgent":"curl"},
                   "requestId":"id=","stage":"$default","time":"12/Mar/2026:19:03:58 +0000","timeEpoch":1583348638390},
                 "isBase64Encoded":false}""".formatted(path, query, path);
    }

    @Test
    void an_http_event_is_json_in_and_json_out() throws IOException {
        var answer = handle(event("/api/v1/fixture/query", "path=/a,b"));

        assertThat(answer)
                .contains("\"statusCode\":200")
                .contains("\"body\":\"{\\\"path\\\":\\\"/a,b\\\"}\"")
                .contains("\"X-Request-ID\":\"req-of-the-test\"")
                .contains("\"isBase64Encoded\":false");
    }

    @Test
    void cookies_leave_apart_from_the_headers() throws IOException {
        assertThat(handle(event("/api/v1/fixture/cookies", "")))
                .containsPattern("\"cookies\":\\[\"(first=1\",\"second=2|second=2\",\"first=1)\"]");
    }

    @Test
    void a_scheduled_event_runs_the_task_of_its_name() throws IOException {
        var task = fixture.function().context().getBean(FixtureTask.class);
        int before = task.runs();

        var answer = handle("{\"schedule\":\"fixture\"}");

        assertThat(answer).isEmpty();
        assertThat(task.runs()).isEqualTo(before + 1);
    }

    @Test
    void a_schedule_nobody_knows_is_a_failed_invocation() {
        assertThatThrownBy(() -> handle("{\"schedule\":\"nothing\"}")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void an_event_of_another_kind_is_a_failed_invocation() {
        assertThatThrownBy(() -> handle("{\"Records\":[]}")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void the_context_knows_which_area_it_is() {
        assertThat(fixture.function().context().getProperty("elevo.area", String.class))
                .contains("admin");
    }

    @Test
    void what_the_surroundings_bring_is_preferred() {
        assertThat(fixture.function().context().getBean(InstantSource.class)).isSameAs(fixture.clock());
    }

    @Test
    void the_surroundings_stay_open_when_the_function_closes() {
        var shared = new Shared();
        var surroundings = new Surroundings(Map.of("ELEVO_CURSOR_SECRET", SECRET), List.of(shared));

        new AreaFunction(Area.ADMIN, surroundings) {}.close();

        assertThat(shared.closed).isFalse();
    }

    private static final class Shared implements AutoCloseable {
        private boolean closed;

        @Override
        public void close() {
            closed = true;
        }
    }

    @Test
    void properties_of_the_surroundings_may_be_spelled_as_environment() {
        var surroundings = new Surroundings(
                Map.of("ELEVO_A_LONG_NAME", "1", "elevo.other-name", "2", "ELEVO_CURSOR_SECRET", SECRET), List.of());

        try (var function = new AreaFunction(Area.ADMIN, surroundings) {}) {
            assertThat(function.context().getProperty("elevo.a-long-name", String.class))
                    .contains("1");
            assertThat(function.context().getProperty("elevo.a.long.name", String.class))
                    .contains("1");
            assertThat(function.context().getProperty("elevo.other-name", String.class))
                    .contains("2");
        }
    }
}
