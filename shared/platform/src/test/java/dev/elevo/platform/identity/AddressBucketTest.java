package dev.elevo.platform.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elevo.platform.testing.Answer;
import dev.elevo.platform.testing.Events;
import dev.elevo.platform.testing.FixtureFunction;
import dev.elevo.platform.testing.FixtureFunction.Fixture;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Failed authentications draw from a bucket of 60 per minute of their address (contract 1.5). */
class AddressBucketTest {
    private static final String ME = "/api/v1/fixture/me";
    private static final String KEY = "ewk_" + "k".repeat(43);
    private static final String GUESS = "ewk_" + "g".repeat(43);
    private Fixture fixture;

    @BeforeEach
    void start() {
        fixture = FixtureFunction.start();
        fixture.keys().put(KEY, new ApiKey("key-1", "acme", "ann", List.of(), null, false, RateLimits.NONE));
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    private Answer with(String key) {
        return fixture.answer(Events.get(ME).header("x-api-key", key));
    }

    private void empty() {
        for (int i = 0; i < AddressGuard.PER_MINUTE; i++) {
            assertThat(with(GUESS).status()).isEqualTo(401);
        }
    }

    @Test
    void after_sixty_failures_an_unknown_credential_is_not_even_looked_up() {
        empty();
        int lookups = fixture.keys().lookups();

        var answer = with(KEY);

        assertThat(answer.status()).isEqualTo(429);
        assertThat(answer.code()).isEqualTo(9003);
        assertThat(answer.headers())
                .containsEntry("Retry-After", "1")
                .containsEntry("X-RateLimit-Limit", "60")
                .containsEntry("X-RateLimit-Remaining", "0");
        assertThat(fixture.keys().lookups()).isEqualTo(lookups);
    }

    @Test
    void a_request_without_credential_fails_too() {
        for (int i = 0; i < AddressGuard.PER_MINUTE; i++) {
            assertThat(fixture.answer(Events.get(ME)).code()).isEqualTo(1001);
        }

        assertThat(fixture.answer(Events.get(ME)).code()).isEqualTo(9003);
    }

    @Test
    void who_was_seen_valid_before_gets_in_although_the_bucket_is_empty() {
        assertThat(with(KEY).status()).isEqualTo(200);
        empty();

        assertThat(with(KEY).status()).isEqualTo(200);
        assertThat(with(GUESS).status()).isEqualTo(429);
    }

    @Test
    void a_known_key_that_is_revoked_is_known_no_longer() {
        assertThat(with(KEY).status()).isEqualTo(200);
        fixture.keys().put(KEY, new ApiKey("key-1", "acme", "ann", List.of(), null, true, RateLimits.NONE));
        assertThat(with(KEY).code()).isEqualTo(1004);
        for (int i = 1; i < AddressGuard.PER_MINUTE; i++) {
            with(GUESS);
        }

        assertThat(with(KEY).status()).isEqualTo(429);
    }

    @Test
    void one_token_comes_back_each_second() {
        empty();
        assertThat(with(GUESS).status()).isEqualTo(429);

        fixture.clock().advance(Duration.ofSeconds(1));

        assertThat(with(GUESS).status()).isEqualTo(401);
        assertThat(with(GUESS).status()).isEqualTo(429);
    }

    @Test
    void another_address_is_not_concerned() {
        empty();

        assertThat(fixture.answer(Events.get(ME).header("x-api-key", KEY).from("203.0.113.1"))
                        .status())
                .isEqualTo(200);
    }

    @Test
    void public_endpoints_and_unknown_paths_are_not_concerned() {
        empty();

        assertThat(fixture.answer(Events.get("/api/v1/fixture/public")).status())
                .isEqualTo(200);
        assertThat(fixture.answer(Events.get("/api/v1/fixture/nothing")).code()).isEqualTo(9008);
    }

    @Test
    void success_draws_nothing() {
        for (int i = 0; i < AddressGuard.PER_MINUTE + 5; i++) {
            assertThat(with(KEY).status()).isEqualTo(200);
        }

        assertThat(with(GUESS).status()).isEqualTo(401);
    }
}
