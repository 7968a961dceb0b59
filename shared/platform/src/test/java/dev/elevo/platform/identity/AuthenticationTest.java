package dev.elevo.platform.identity;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import dev.elevo.platform.testing.Answer;
import dev.elevo.platform.testing.Events;
import dev.elevo.platform.testing.FixtureFunction;
import dev.elevo.platform.testing.FixtureFunction.Fixture;
import dev.elevo.platform.testing.Tokens;
import io.micronaut.security.filters.SecurityFilter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Contract 1.3, by HTTP events; the address bucket has its own test. */
class AuthenticationTest {
    private static final String ME = "/api/v1/fixture/me";
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

    private Instant now() {
        return fixture.clock().instant();
    }

    private Answer me(String header, String value) {
        return fixture.answer(Events.get(ME).header(header, value));
    }

    private Answer token(JWTClaimsSet.Builder claims) {
        return fixture.answer(Events.get(ME).bearer(Tokens.hs256(claims)));
    }

    private static void refused(Answer answer, int code, String reason) {
        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.code()).isEqualTo(code);
        assertThat(answer.reason()).isEqualTo(reason);
        assertThat(answer.headers()).containsEntry("WWW-Authenticate", "Bearer");
    }

    private void put(String key, boolean revoked, @Nullable Instant expiresAt, String... scopes) {
        fixture.keys()
                .put(key, new ApiKey("key-1", "acme", "ann", List.of(scopes), expiresAt, revoked, RateLimits.NONE));
    }

    @Test
    void an_api_key_is_taken_in_each_of_its_forms() {
        put(KEY, false, null, "files:*");

        for (var answer : List.of(
                me("authorization", "Bearer " + KEY),
                me("authorization", "ApiKey " + KEY),
                me("authorization", "apikey  " + KEY),
                me("x-api-key", KEY),
                fixture.answer(Events.get(ME + "?api_key=" + KEY)))) {
            assertThat(answer.text())
                    .isEqualTo("{\"organization\":\"acme\",\"user\":\"ann\",\"key\":\"key-1\","
                            + "\"scopes\":[\"files:*\"],\"kind\":\"API_KEY\"}");
        }
    }

    @Test
    void the_bootstrap_key_may_do_everything() {
        assertThat(me("x-api-key", FixtureFunction.BOOTSTRAP_KEY).text())
                .isEqualTo("{\"organization\":\"default\",\"user\":\"admin\",\"key\":\"bootstrap\","
                        + "\"scopes\":[\"*\"],\"kind\":\"API_KEY\"}");
    }

    @Test
    void no_credential_and_an_unknown_scheme_are_unauthorized() {
        refused(fixture.answer(Events.get(ME)), 1001, "missing_credentials");
        refused(me("authorization", "Basic YTpi"), 1001, "unsupported_scheme");
    }

    @Test
    void an_unknown_scheme_decides_although_there_is_a_key_beside_it() {
        var request =
                Events.get(ME).header("authorization", "Basic YTpi").header("x-api-key", FixtureFunction.BOOTSTRAP_KEY);

        refused(fixture.answer(request), 1001, "unsupported_scheme");
    }

    @Test
    void a_bad_credential_is_never_rescued_by_a_later_form() {
        put(KEY, false, null);
        var bad = "ewk_" + "x".repeat(43);

        refused(
                fixture.answer(
                        Events.get(ME).header("authorization", "Bearer " + bad).header("x-api-key", KEY)),
                1004,
                "unknown_key");
        refused(fixture.answer(Events.get(ME + "?api_key=" + KEY).header("x-api-key", bad)), 1004, "unknown_key");
        refused(
                fixture.answer(Events.get(ME).header("authorization", "Bearer ").header("x-api-key", KEY)),
                1004,
                "malformed");
    }

    @Test
    void keys_are_refused_by_their_reason() {
        var expired = "ewk_" + "e".repeat(43);
        var revoked = "ewk_" + "r".repeat(43);
        put(expired, false, now());
        put(revoked, true, null);

        refused(me("x-api-key", expired), 1003, "token_expired");
        refused(me("x-api-key", revoked), 1004, "revoked");
        refused(me("x-api-key", "ewk_" + "u".repeat(43)), 1004, "unknown_key");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "ewk_short", "no key", "a.b", "a.b.c.d", "..", "a.b.c"})
    void what_has_no_form_is_malformed(String credential) {
        refused(me("authorization", "Bearer " + credential), 1004, "malformed");
        assertThat(fixture.keys().lookups()).isZero();
    }

    @Test
    void a_token_tells_user_organization_and_scopes() {
        var claims = Tokens.claims("ann", now()).claim("org", "acme").claim("scopes", List.of("files:read", "git:*"));

        assertThat(token(claims).text())
                .isEqualTo("{\"organization\":\"acme\",\"user\":\"ann\","
                        + "\"scopes\":[\"files:read\",\"git:*\"],\"kind\":\"JWT\"}");
    }

    @Test
    void without_organization_the_user_is_one() {
        assertThat(token(Tokens.claims("ann", now())).at("organization").getStringValue())
                .isEqualTo("ann");
    }

    @Test
    void scopes_may_be_one_text_and_the_admin_role_adds_all() {
        assertThat(token(Tokens.claims("ann", now()).claim("scope", "a:b  c:d")).text())
                .contains("\"scopes\":[\"a:b\",\"c:d\"]");
        assertThat(token(Tokens.claims("ann", now()).claim("roles", List.of("dev", "admin")))
                        .text())
                .contains("\"scopes\":[\"*\"]");
        assertThat(token(Tokens.claims("ann", now())).text()).contains("\"scopes\":[]");
    }

    @Test
    void a_token_expires_after_the_leeway() {
        var token = Tokens.hs256(Tokens.claims("ann", now()));

        fixture.clock().advance(Duration.ofSeconds(600 + 29));
        assertThat(me("authorization", "Bearer " + token).status()).isEqualTo(200);
        fixture.clock().advance(Duration.ofSeconds(1));
        refused(me("authorization", "Bearer " + token), 1003, "token_expired");
    }

    @Test
    void a_token_that_begins_later_is_not_taken_before() {
        refused(token(Tokens.claims("ann", now()).notBeforeTime(Date.from(now().plusSeconds(31)))), 1004, "malformed");
        assertThat(token(Tokens.claims("ann", now()).notBeforeTime(Date.from(now().plusSeconds(30))))
                        .status())
                .isEqualTo(200);
    }

    @Test
    void a_token_needs_user_and_expiry() {
        refused(token(new JWTClaimsSet.Builder().expirationTime(Date.from(now().plusSeconds(60)))), 1004, "malformed");
        refused(token(new JWTClaimsSet.Builder().subject("ann")), 1004, "malformed");
        refused(token(Tokens.claims("ann", now()).claim("org", List.of("x"))), 1004, "malformed");
        refused(token(Tokens.claims("ann", now()).claim("scopes", 7)), 1004, "malformed");
    }

    @Test
    void a_forged_signature_is_told_before_anything_else_of_the_token() {
        var forged = Tokens.hs256(
                new JWTClaimsSet.Builder().subject("ann").expirationTime(Date.from(now().minusSeconds(600))),
                "another-secret-that-is-long-enough-to-sign");

        refused(me("authorization", "Bearer " + forged), 1004, "bad_signature");
    }

    @Test
    void an_unsigned_token_is_refused() {
        var claims =
                Tokens.claims("ann", now()).claim("roles", List.of("admin")).build();
        var unsigned = new PlainJWT(claims).serialize();

        refused(me("authorization", "Bearer " + unsigned), 1004, "bad_signature");
        // The same with a signature of something, which another parser might take for signed.
        refused(me("authorization", "Bearer " + unsigned + "c2ln"), 1004, "malformed");
    }

    @Test
    void an_algorithm_we_did_not_choose_is_refused_though_its_secret_is_ours() throws Exception {
        var signer = new MACSigner(FixtureFunction.JWT_SECRET + "-".repeat(64));
        var hs512 = Tokens.signed(Tokens.claims("ann", now()), JWSAlgorithm.HS512, null, signer);

        refused(me("authorization", "Bearer " + hs512), 1004, "bad_signature");
    }

    @Test
    void a_changed_payload_is_a_bad_signature() {
        var parts = Tokens.hs256(Tokens.claims("ann", now())).split("\\.");
        var payload = "{\"sub\":\"admin\",\"exp\":" + now().plusSeconds(60).getEpochSecond() + "}";
        var changed = parts[0] + "."
                + Base64.getUrlEncoder().withoutPadding().encodeToString(payload.getBytes(StandardCharsets.UTF_8))
                + "." + parts[2];

        refused(me("authorization", "Bearer " + changed), 1004, "bad_signature");
    }

    @Test
    void a_revoked_token_is_refused_from_then_on() {
        var token = Tokens.hs256(Tokens.claims("ann", now()).jwtID("the-token"));
        assertThat(me("authorization", "Bearer " + token).status()).isEqualTo(200);

        fixture.revocations().add("the-token");

        refused(me("authorization", "Bearer " + token), 1004, "revoked");
    }

    @Test
    void a_scope_that_was_not_granted_is_forbidden() {
        put(KEY, false, null, "sandbox:write", "*:exec");
        var answer = fixture.answer(Events.get("/api/v1/fixture/things/x").header("x-api-key", KEY));

        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.code()).isEqualTo(1005);
        assertThat(answer.text())
                .contains("\"required\":[\"sandbox:read\"]")
                .contains("\"granted\":[\"sandbox:write\",\"*:exec\"]");
    }

    @Test
    void any_one_of_several_scopes_suffices() {
        put(KEY, false, null, "sandbox:create");

        assertThat(fixture.answer(Events.of("POST", "/api/v1/fixture/things").header("x-api-key", KEY))
                        .status())
                .isEqualTo(201);
    }

    @Test
    void an_endpoint_that_declares_no_access_is_open_to_nobody() {
        var answer = fixture.answerAdmin(Events.get("/api/v1/fixture/undeclared"));

        assertThat(answer.code()).isEqualTo(9001);
        assertThat(answer.text()).doesNotContain("not be reached");
    }

    @Test
    void a_public_endpoint_does_not_look_at_credentials() {
        assertThat(fixture.answer(Events.get("/api/v1/fixture/public").bearer("nonsense"))
                        .status())
                .isEqualTo(200);
        assertThat(fixture.keys().lookups()).isZero();
    }

    @Test
    void the_frameworks_own_security_filter_is_not_there() {
        assertThat(fixture.function().context().containsBean(SecurityFilter.class))
                .isFalse();
    }
}
