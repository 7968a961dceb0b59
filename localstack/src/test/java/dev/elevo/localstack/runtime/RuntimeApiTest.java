package dev.elevo.localstack.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The protocol itself, with the test in the part of the function. */
@Timeout(60)
class RuntimeApiTest {
    private static final Instant DEADLINE = Instant.ofEpochMilli(1_800_000_000_000L);

    private final RuntimeApi api = RuntimeApi.start("files");
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @AfterEach
    void close() {
        client.close();
        api.close();
    }

    @Test
    void an_event_comes_with_its_id_its_deadline_and_the_functions_name() throws Exception {
        var asked = nextLater();
        var _ = api.invoke("{\"ä\":1}", DEADLINE);

        var event = asked.join();

        assertThat(event.statusCode()).isEqualTo(200);
        assertThat(event.body()).isEqualTo("{\"ä\":1}");
        assertThat(event.headers().firstValue("content-type")).contains("application/json");
        assertThat(id(event)).isNotBlank();
        assertThat(event.headers().firstValue("lambda-runtime-deadline-ms")).contains("1800000000000");
        assertThat(event.headers().firstValue("lambda-runtime-invoked-function-arn"))
                .hasValueSatisfying(arn -> assertThat(arn).endsWith(":function:files"));
    }

    @Test
    void the_answer_is_the_callers_and_the_next_event_has_another_id() throws Exception {
        var first = api.invoke("1", DEADLINE);
        var firstId = id(next());
        assertThat(post("invocation/" + firstId + "/response", "{\"ä\":2}").statusCode())
                .isEqualTo(202);
        assertThat(first.join()).isEqualTo("{\"ä\":2}");

        var second = api.invoke("2", DEADLINE);
        var secondId = id(next());
        post("invocation/" + secondId + "/response", "two");

        assertThat(second.join()).isEqualTo("two");
        assertThat(secondId).isNotEqualTo(firstId);
    }

    @Test
    void a_reported_error_is_the_callers_too() throws Exception {
        var result = api.invoke("1", DEADLINE);

        var reported = post("invocation/" + id(next()) + "/error", "{\"errorType\":\"java.lang.Oops\"}");

        assertThat(reported.statusCode()).isEqualTo(202);
        assertFailed(result, "java.lang.Oops");
    }

    @Test
    void a_function_that_cannot_start_says_so() throws Exception {
        var waiting = api.invoke("1", DEADLINE);

        assertThat(post("init/error", "{\"errorMessage\":\"no such class\"}").statusCode())
                .isEqualTo(202);

        assertFailed(waiting, "no such class");
        assertThat(api.started()).isCompletedExceptionally();
    }

    @Test
    void an_answer_to_nothing_is_refused() throws Exception {
        assertThat(post("invocation/unknown/response", "{}").statusCode()).isEqualTo(400);
        assertThat(post("invocation/unknown/error", "{}").statusCode()).isEqualTo(400);
        assertThat(post("invocation/response", "{}").statusCode()).isEqualTo(400);
        assertThat(post("unknown", "{}").statusCode()).isEqualTo(404);
    }

    @Test
    void a_second_answer_is_refused() throws Exception {
        var result = api.invoke("1", DEADLINE);
        var id = id(next());
        post("invocation/" + id + "/response", "first");

        assertThat(post("invocation/" + id + "/response", "second").statusCode())
                .isEqualTo(400);
        assertThat(result.join()).isEqualTo("first");
    }

    @Test
    void asking_again_before_answering_is_refused() throws Exception {
        var _ = api.invoke("1", DEADLINE);
        next();

        assertThat(next().statusCode()).isEqualTo(403);
    }

    @Test
    void an_answer_larger_than_lambda_takes_fails_the_invocation() throws Exception {
        var result = api.invoke("1", DEADLINE);

        var refused = post("invocation/" + id(next()) + "/response", "x".repeat(6_291_557));

        assertThat(refused.statusCode()).isEqualTo(413);
        assertThat(refused.body()).contains("Function.ResponseSizeTooLarge");
        assertFailed(result, "larger than 6291556 bytes");
    }

    @Test
    void closing_fails_what_is_under_way() {
        var result = api.invoke("1", DEADLINE);

        api.close();

        assertFailed(result, "closed");
    }

    private HttpResponse<String> next() throws IOException, InterruptedException {
        return client.send(request("invocation/next").GET().build(), HttpResponse.BodyHandlers.ofString());
    }

    private CompletableFuture<HttpResponse<String>> nextLater() {
        return client.sendAsync(request("invocation/next").GET().build(), HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<String> post(String path, String body) throws IOException, InterruptedException {
        return client.send(
                request(path).POST(HttpRequest.BodyPublishers.ofString(body)).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://" + api.address() + "/2018-06-01/runtime/" + path));
    }

    private static String id(HttpResponse<String> event) {
        return event.headers().firstValue("lambda-runtime-aws-request-id").orElseThrow();
    }

    private static void assertFailed(CompletableFuture<String> result, String why) {
        assertThatThrownBy(result::join)
                .isInstanceOf(CompletionException.class)
                .hasCauseInstanceOf(FunctionFailedException.class)
                .hasMessageContaining(why);
    }
}
