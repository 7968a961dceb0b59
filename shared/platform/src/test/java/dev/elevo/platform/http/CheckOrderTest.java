package dev.elevo.platform.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elevo.platform.identity.ApiKey;
import dev.elevo.platform.identity.RateLimits;
import dev.elevo.platform.testing.Events;
import dev.elevo.platform.testing.FixtureFunction;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A request that is wrong in every way is told of one after the other, in the order of contract 1.8. */
class CheckOrderTest {
    private static final String RUN = "/api/v1/fixture/run";
    private static final String READER = "ewk_" + "r".repeat(43);
    private static final String TOO_LARGE = "x".repeat(3000);

    @Test
    void the_first_check_that_fails_answers() {
        try (var fixture = FixtureFunction.start(Map.of("ELEVO_MAX_BODY_BYTES", "2000"))) {
            fixture.keys()
                    .put(READER, new ApiKey("key-1", "acme", "ann", List.of("*:read"), null, false, RateLimits.NONE));

            // Path, then size, then identity, then scope, then type, then syntax, then types, then rules, then the
            // work.
            assertThat(fixture.answer(wrong("/nowhere", "text/xml", "{")).code())
                    .isEqualTo(9008);
            assertThat(fixture.answer(wrong(RUN, "text/xml", TOO_LARGE)).code()).isEqualTo(3007);
            assertThat(fixture.answer(wrong(RUN, "text/xml", "{")).code()).isEqualTo(1001);
            assertThat(fixture.answer(wrong(RUN, "text/xml", "{").header("x-api-key", READER))
                            .code())
                    .isEqualTo(1005);
            assertThat(fixture.answerAdmin(wrong(RUN, "text/xml", "{")).code()).isEqualTo(9005);
            assertThat(fixture.answerAdmin(wrong(RUN, "application/json", "{")).code())
                    .isEqualTo(9005);
            assertThat(fixture.answerAdmin(wrong(RUN, "application/json", "{\"command\":1,\"timeoutMs\":0}"))
                            .code())
                    .isEqualTo(9005);
            assertThat(fixture.answerAdmin(wrong(RUN, "application/json", "{\"timeoutMs\":0}"))
                            .fields())
                    .containsExactly("command", "timeoutMs");
            assertThat(fixture.answerAdmin(wrong(RUN, "application/json", "{\"command\":\"true\"}"))
                            .status())
                    .isEqualTo(200);
        }
    }

    @Test
    void an_emptied_address_answers_before_identity() {
        try (var fixture = FixtureFunction.start()) {
            for (int i = 0; i < 60; i++) {
                assertThat(fixture.answer(wrong(RUN, "text/xml", "{")).code()).isEqualTo(1001);
            }

            assertThat(fixture.answer(wrong(RUN, "text/xml", "{")).code()).isEqualTo(9003);
        }
    }

    private static Events wrong(String path, String type, String body) {
        return Events.of("POST", path).header("content-type", type).body(body);
    }
}
