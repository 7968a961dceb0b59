package dev.elevo.platform.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elevo.contract.RateClass;
import dev.elevo.platform.identity.ApiKey;
import dev.elevo.platform.identity.RateLimits;
import dev.elevo.platform.identity.Standing;
import dev.elevo.platform.testing.Answer;
import dev.elevo.platform.testing.Events;
import dev.elevo.platform.testing.FixtureFunction;
import dev.elevo.platform.testing.FixtureFunction.Fixture;
import dev.elevo.platform.testing.Tokens;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who was refused is in the trail of his organization, and not more often than his limit. */
class RefusedInTrailTest {
    private static final String THING = "/api/v1/fixture/things/one";
    private static final String KEY = "ewk_" + "k".repeat(43);

    private Fixture fixture;

    @BeforeEach
    void start() {
        fixture = FixtureFunction.start();
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    @Test
    void a_revoked_key_is_named() {
        put(true, null);

        assertThat(byKey().reason()).isEqualTo("revoked");
        assertNamed("key-1");
    }

    @Test
    void an_expired_key_is_named() {
        put(false, fixture.clock().instant());

        assertThat(byKey().reason()).isEqualTo("token_expired");
        assertNamed("key-1");
    }

    @Test
    void an_expired_token_is_named() {
        var token = Tokens.hs256(Tokens.claims("ann", fixture.clock().instant()).claim("org", "acme"));
        fixture.clock().advance(Duration.ofHours(1));

        assertThat(fixture.answer(Events.get(THING).bearer(token)).reason()).isEqualTo("token_expired");
        assertNamed(null);
    }

    @Test
    void a_revoked_token_is_named() {
        var token = Tokens.hs256(Tokens.claims("ann", fixture.clock().instant())
                .claim("org", "acme")
                .jwtID("the-token"));
        fixture.revocations().add("the-token");

        assertThat(fixture.answer(Events.get(THING).bearer(token)).reason()).isEqualTo("revoked");
        assertNamed(null);
    }

    @Test
    void of_a_forged_token_and_an_unknown_key_nobody_is_named() {
        var forged = Tokens.hs256(
                Tokens.claims("ann", fixture.clock().instant()).claim("org", "acme"),
                "another-secret-that-is-long-enough-to-sign");

        assertThat(fixture.answer(Events.get(THING).bearer(forged)).reason()).isEqualTo("bad_signature");
        assertThat(byKey().reason()).isEqualTo("unknown_key");
        assertThat(fixture.audit().events()).hasSize(2).allSatisfy(event -> {
            assertThat(event.organizationId()).isEqualTo(AuditEvent.SYSTEM);
            assertThat(event.userId()).isNull();
        });
    }

    @Test
    void who_lacks_the_scope_fills_the_trail_not_faster_than_his_limit() {
        put(false, null);

        var answers = IntStream.range(0, 5).mapToObj(i -> byKey()).toList();

        assertThat(answers).extracting(Answer::code).containsOnly(1005);
        assertThat(answers.getLast().header("X-RateLimit-Remaining")).isEqualTo("0");
        assertThat(fixture.audit().events()).hasSize(3);
        fixture.clock().advance(Duration.ofSeconds(20));
        byKey();
        assertThat(fixture.audit().events()).hasSize(4);
    }

    @Test
    void who_is_disabled_fills_the_trail_not_faster_than_his_limit() {
        put(false, null);
        fixture.standings().put("acme", new Standing(true, Set.of(), null, null, null, RateLimits.NONE));

        var answers = IntStream.range(0, 5).mapToObj(i -> byKey()).toList();

        assertThat(answers).extracting(Answer::code).containsOnly(1002);
        assertThat(fixture.audit().events()).hasSize(3);
    }

    private void assertNamed(@Nullable String keyId) {
        assertThat(fixture.audit().events()).singleElement().satisfies(event -> {
            assertThat(event.organizationId()).isEqualTo("acme");
            assertThat(event.userId()).isEqualTo("ann");
            assertThat(event.keyId()).isEqualTo(keyId);
            assertThat(event.outcome()).isEqualTo(Outcome.DENIED);
        });
    }

    /** Of ann, without the scope that is needed here, and three requests a minute. */
    private void put(boolean revoked, @Nullable Instant expiresAt) {
        fixture.keys()
                .put(
                        KEY,
                        new ApiKey(
                                "key-1",
                                "acme",
                                "ann",
                                List.of("files:read"),
                                expiresAt,
                                revoked,
                                new RateLimits(Map.of(RateClass.READ, 3))));
    }

    private Answer byKey() {
        return fixture.answer(Events.get(THING).header("x-api-key", KEY));
    }
}
