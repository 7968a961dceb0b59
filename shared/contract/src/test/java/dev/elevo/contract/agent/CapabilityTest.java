package dev.elevo.contract.agent;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Instant;
import java.util.Base64;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CapabilityTest {
    private static final Instant EXPIRY = Instant.parse("2026-01-01T00:05:00Z");
    private static final Instant BEFORE = EXPIRY.minusSeconds(60);
    private static final Capability RUN = new Capability("sbx-a", Set.of(Operation.PROCESS), EXPIRY);

    @SuppressWarnings("NullAway.Init")
    private static KeyPair ours;

    @SuppressWarnings("NullAway.Init")
    private static KeyPair theirs;

    @BeforeAll
    static void keys() throws GeneralSecurityException {
        var generator = KeyPairGenerator.getInstance("Ed25519");
        ours = generator.generateKeyPair();
        theirs = generator.generateKeyPair();
    }

    @Test
    void what_was_signed_is_read_back() throws GeneralSecurityException {
        var both = new Capability("sbx-a", Set.of(Operation.PROCESS, Operation.LIFECYCLE), EXPIRY);

        assertThat(Capability.verify(both.sign(ours.getPrivate()), ours.getPublic()))
                .contains(both);
    }

    @Test
    void a_token_of_another_key_is_worth_nothing() throws GeneralSecurityException {
        assertThat(Capability.verify(RUN.sign(theirs.getPrivate()), ours.getPublic()))
                .isEmpty();
    }

    @Test
    void a_token_for_another_sandbox_cannot_be_made_from_a_good_one() throws GeneralSecurityException {
        var good = RUN.sign(ours.getPrivate());
        var signature = good.substring(good.indexOf('.'));
        var claims = "sbx-b|PROCESS|" + EXPIRY.toEpochMilli();
        var forged = Base64.getUrlEncoder().withoutPadding().encodeToString(claims.getBytes(UTF_8)) + signature;

        assertThat(Capability.verify(forged, ours.getPublic())).isEmpty();
    }

    @Test
    void each_changed_character_breaks_the_token() throws GeneralSecurityException {
        var good = RUN.sign(ours.getPrivate());
        for (int i = 0; i < good.length() - 1; i++) {
            var changed = new StringBuilder(good);
            changed.setCharAt(i, good.charAt(i) == 'A' ? 'B' : 'A');
            assertThat(Capability.verify(changed.toString(), ours.getPublic()))
                    .as("character %d", i)
                    .isEmpty();
        }
    }

    @Test
    void what_was_sealed_is_opened_by_the_same_secret_only() {
        var secret = SandboxSecret.derive(ours.getPrivate(), "sbx-a");
        var token = RUN.seal(SandboxSecret.parse(secret.text()));

        assertThat(Capability.isSealed(token)).isTrue();
        assertThat(Capability.open(token, secret)).contains(RUN);
        assertThat(Capability.open(token, SandboxSecret.derive(ours.getPrivate(), "sbx-b")))
                .isEmpty();
        assertThat(Capability.open(token, SandboxSecret.derive(theirs.getPrivate(), "sbx-a")))
                .isEmpty();
        assertThat(Capability.verify(token, ours.getPublic())).isEmpty();
        for (int i = 0; i < token.length() - 1; i++) {
            var changed = new StringBuilder(token);
            changed.setCharAt(i, token.charAt(i) == 'A' ? 'B' : 'A');
            assertThat(Capability.open(changed.toString(), secret))
                    .as("character %d", i)
                    .isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "AAAA", "%%%"})
    void what_is_no_secret_is_refused(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> SandboxSecret.parse(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "a.b", "no dot", "%%%.%%%", "c2J4.c2J4"})
    void what_is_no_token_is_refused_without_an_exception(String token) {
        assertThat(Capability.verify(token, ours.getPublic())).isEmpty();
    }

    @Test
    void it_allows_its_own_sandbox_and_operation_until_it_expires() {
        assertThat(RUN.allows("sbx-a", Operation.PROCESS, BEFORE)).isTrue();
        assertThat(RUN.allows("sbx-b", Operation.PROCESS, BEFORE)).isFalse();
        assertThat(RUN.allows("sbx-a", Operation.LIFECYCLE, BEFORE)).isFalse();
        assertThat(RUN.allows("sbx-a", Operation.PROCESS, EXPIRY)).isFalse();
    }

    @Test
    void a_token_of_the_host_opens_no_sandbox() {
        var host = new Capability(Capability.HOST, Set.of(Operation.values()), EXPIRY);

        assertThat(host.allows("sbx-a", Operation.PROCESS, BEFORE)).isFalse();
    }
}
