package dev.elevo.localstack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elevo.platform.testing.Tokens;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The common errors of the contract, over HTTP, in the order in which they are looked for: each request breaks every later rule too.
 * That of limits is tried where these are low ({@link RacesIT}).
 */
final class ErrorsIT {
    private static final String SANDBOXES = "/api/v1/sandboxes";
    private static final String UNREADABLE = "{\"name\":";

    @RegisterExtension
    static final SharedStack SHARED = new SharedStack();

    private static RunningStack stack;

    @BeforeAll
    static void start() {
        stack = SHARED.get();
    }

    @Test
    void an_unknown_path_is_told_without_a_key() {
        assertThat(stack.get("/api/v1/nowhere", "X-API-Key", "").code()).isEqualTo(9008);
        assertThat(stack.call("PATCH", "/api/v1/config", "", "X-API-Key", "").code())
                .isEqualTo(9008);
    }

    @Test
    void who_asks_comes_before_what_is_asked() {
        assertThat(stack.post(SANDBOXES, UNREADABLE, "X-API-Key", "").code()).isEqualTo(1001);
        assertThat(stack.post(SANDBOXES, UNREADABLE, "X-API-Key", "ewk_unknown").code())
                .isEqualTo(1004);
        assertThat(stack.post(SANDBOXES, UNREADABLE, "Authorization", "Bearer not.a.token")
                        .code())
                .isEqualTo(1004);
        assertThat(stack.post(
                                SANDBOXES,
                                UNREADABLE,
                                "Authorization",
                                bearer(Instant.now().minusSeconds(1200)))
                        .code())
                .isEqualTo(1003);
    }

    @Test
    void what_one_may_comes_before_how_often() {
        var reader = bearer(Instant.now(), "sandbox:read");

        assertThat(stack.post(SANDBOXES, UNREADABLE, "Authorization", reader).code())
                .isEqualTo(1005);
        assertThat(stack.get(SANDBOXES, "Authorization", reader).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "unreadable      | {\"name\":                                       | 400 | 9005",
                "wrong type      | {\"name\":{}}                                    | 400 | 9005",
                "broken rule     | {\"name\":\"-\"}                                 | 422 | 9004",
                "range           | {\"resources\":{\"cpu\":0.1}}                    | 422 | 9004",
                "no such template| {\"template\":\"nothing\"}                       | 404 | 2007",
                "not offered     | {\"resources\":{\"gpu\":1}}                      | 501 | 9007"
            })
    void what_was_sent_is_judged_and_changes_nothing(String name, String body, int status, int code) {
        var before = stack.get(SANDBOXES).data().size();

        var answer = stack.post(SANDBOXES, body);

        assertThat(List.of(answer.status(), answer.code()))
                .as(name + " " + answer.text())
                .isEqualTo(List.of(status, code));
        assertThat(answer.header("x-request-id")).isNotEmpty();
        assertThat(answer.text()).contains("\"requestId\":\"" + answer.header("x-request-id"));
        assertThat(stack.get(SANDBOXES).data()).hasSize(before);
    }

    @Test
    void what_is_not_there_comes_after_the_rules() {
        assertThat(stack.get(SANDBOXES + "/none").code()).isEqualTo(2001);
        assertThat(stack.get(SANDBOXES + "/none/process/1/output?limit=0").code())
                .isEqualTo(9004);
        assertThat(stack.get(SANDBOXES + "/none/process/1/output").code()).isEqualTo(2001);
        assertThat(stack.get(SANDBOXES + "?cursor=broken").code()).isEqualTo(9005);
    }

    private static String bearer(Instant now, String... scopes) {
        var claims = Tokens.claims("user-" + System.nanoTime(), now).claim("scopes", List.of(scopes));
        return "Bearer " + Tokens.hs256(claims, RunningStack.JWT_SECRET);
    }
}
