package dev.elevo.platform.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elevo.platform.testing.Events;
import dev.elevo.platform.testing.FixtureFunction;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CorsTest {
    private static final String ME = "/api/v1/fixture/me";

    private static Events preflight(String origin) {
        return Events.of("OPTIONS", ME)
                .header("origin", origin)
                .header("host", "localhost:8080")
                .header("access-control-request-method", "POST")
                .header("access-control-request-headers", "x-api-key");
    }

    @Test
    void a_preflight_is_answered_without_authentication() {
        try (var fixture = FixtureFunction.start()) {
            var answer = fixture.answer(preflight("https://app.example"));

            assertThat(answer.status()).isEqualTo(204);
            assertThat(answer.headers())
                    .containsEntry("Access-Control-Allow-Origin", "*")
                    .containsEntry("Access-Control-Allow-Methods", "GET, HEAD, POST, PUT, PATCH, DELETE");
            assertThat(answer.header("Access-Control-Allow-Headers").split(", "))
                    .contains(
                            "Authorization",
                            "X-API-Key",
                            "Content-Type",
                            "X-Request-ID",
                            "X-Idempotency-Key",
                            "X-Client-Type",
                            "X-Client-Version");
        }
    }

    @Test
    void answers_and_errors_may_be_read_with_all_their_headers() {
        try (var fixture = FixtureFunction.start()) {
            var answer = fixture.answer(
                    Events.get(ME).header("origin", "https://app.example").header("host", "localhost:8080"));

            assertThat(answer.status()).isEqualTo(401);
            assertThat(answer.headers()).containsEntry("Access-Control-Allow-Origin", "*");
            assertThat(answer.header("Access-Control-Expose-Headers").split(", "))
                    .contains(
                            "X-Request-ID",
                            "X-RateLimit-Limit",
                            "X-RateLimit-Remaining",
                            "X-RateLimit-Reset",
                            "Retry-After",
                            "Location",
                            "X-Idempotent-Replayed",
                            "WWW-Authenticate",
                            "X-Next-Cursor");
        }
    }

    @Test
    void only_configured_origins_are_allowed() {
        try (var fixture = FixtureFunction.start(Map.of("ELEVO_CORS_ORIGINS", "https://a.example,https://b.example"))) {
            assertThat(fixture.answer(preflight("https://b.example")).headers())
                    .containsEntry("Access-Control-Allow-Origin", "https://b.example")
                    .containsEntry("Vary", "Origin");
            assertThat(fixture.answer(preflight("https://c.example")).headers())
                    .doesNotContainKey("Access-Control-Allow-Origin")
                    .doesNotContainKey("Access-Control-Allow-Headers");
        }
    }
}
