package dev.elevo.platform.identity;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.sun.net.httpserver.HttpServer;
import dev.elevo.platform.testing.Answer;
import dev.elevo.platform.testing.Events;
import dev.elevo.platform.testing.FixtureFunction;
import dev.elevo.platform.testing.FixtureFunction.Fixture;
import dev.elevo.platform.testing.Tokens;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** RS256 against a published key set, over real HTTP. */
class KeySetTest {
    private final AtomicInteger fetches = new AtomicInteger();
    private RSAKey key;
    private HttpServer provider;
    private Fixture fixture;

    @BeforeEach
    void start() throws Exception {
        key = new RSAKeyGenerator(2048).keyID("one").generate();
        provider = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        var published = new JWKSet(key.toPublicJWK()).toString().getBytes(StandardCharsets.UTF_8);
        provider.createContext("/jwks", exchange -> {
            fetches.incrementAndGet();
            exchange.sendResponseHeaders(200, published.length);
            try (var body = exchange.getResponseBody()) {
                body.write(published);
            }
        });
        provider.start();
        fixture = started(Map.of());
    }

    private Fixture started(Map<String, Object> more) {
        var settings = new HashMap<>(more);
        settings.put(
                "ELEVO_JWKS_URL", "http://127.0.0.1:" + provider.getAddress().getPort() + "/jwks");
        return FixtureFunction.start(settings);
    }

    @AfterEach
    void stop() {
        fixture.close();
        provider.stop(0);
    }

    private String rs256(RSAKey signing, String keyId) throws Exception {
        return Tokens.signed(
                Tokens.claims("ann", fixture.clock().instant()), JWSAlgorithm.RS256, keyId, new RSASSASigner(signing));
    }

    private Answer me(String token) {
        return fixture.answer(Events.get("/api/v1/fixture/me").bearer(token));
    }

    @Test
    void a_token_of_the_published_key_is_taken_and_the_set_is_fetched_once() throws Exception {
        assertThat(me(rs256(key, "one")).status()).isEqualTo(200);
        assertThat(me(rs256(key, "one")).status()).isEqualTo(200);

        assertThat(fetches).hasValue(1);
    }

    @Test
    void tokens_of_the_own_secret_are_taken_beside() {
        assertThat(me(Tokens.hs256(Tokens.claims("ann", fixture.clock().instant())))
                        .status())
                .isEqualTo(200);
        assertThat(fetches).hasValue(0);
    }

    /** The keys of a provider may serve other applications, whose administrators are none of ours. */
    @Test
    void what_the_provider_signed_for_somebody_else_lets_nobody_in() throws Exception {
        fixture.close();
        fixture = started(Map.of("ELEVO_JWT_ISSUER", "https://login.test", "ELEVO_JWT_AUDIENCE", "elevo"));

        assertThat(me(issued("https://login.test", List.of("wiki", "elevo"))).status())
                .isEqualTo(200);
        for (var foreign : List.of(
                issued("https://login.test", List.of("wiki")),
                issued("https://login.test", List.of()),
                issued("https://other.test", List.of("elevo")),
                rs256(key, "one"))) {
            var answer = me(foreign);
            assertThat(answer.status()).isEqualTo(401);
            assertThat(answer.code()).isEqualTo(1004);
            assertThat(answer.reason()).isEqualTo("malformed");
        }
        assertThat(me(Tokens.hs256(Tokens.claims("ann", fixture.clock().instant())))
                        .status())
                .isEqualTo(200);
    }

    private String issued(String issuer, List<String> audience) throws Exception {
        var claims =
                Tokens.claims("ann", fixture.clock().instant()).issuer(issuer).audience(audience);
        return Tokens.signed(claims, JWSAlgorithm.RS256, "one", new RSASSASigner(key));
    }

    @Test
    void a_key_of_the_same_name_that_is_not_published_signs_nothing() throws Exception {
        var other = new RSAKeyGenerator(2048).keyID("one").generate();

        assertThat(me(rs256(other, "one")).reason()).isEqualTo("bad_signature");
    }

    @Test
    void the_public_key_is_no_shared_secret() throws Exception {
        var confused = Tokens.signed(
                Tokens.claims("ann", fixture.clock().instant()),
                JWSAlgorithm.HS256,
                "one",
                new MACSigner(key.toRSAPublicKey().getEncoded()));

        assertThat(me(confused).reason()).isEqualTo("bad_signature");
    }

    @Test
    void another_algorithm_of_the_published_key_is_refused() throws Exception {
        var rs512 = Tokens.signed(
                Tokens.claims("ann", fixture.clock().instant()), JWSAlgorithm.RS512, "one", new RSASSASigner(key));

        assertThat(me(rs512).reason()).isEqualTo("bad_signature");
    }

    @Test
    void invented_key_names_do_not_become_requests_to_the_provider() throws Exception {
        for (int i = 0; i < 20; i++) {
            assertThat(me(rs256(key, "invented-" + i)).reason()).isEqualTo("bad_signature");
        }

        assertThat(fetches.get()).isLessThanOrEqualTo(2);
    }

    @Test
    void a_provider_that_does_not_answer_lets_nobody_in_and_blames_nobody() throws Exception {
        provider.stop(0);

        var answer = me(rs256(key, "one"));

        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.code()).isEqualTo(9002);
        assertThat(answer.headers()).containsEntry("Retry-After", "1");
    }
}
