package dev.elevo.agent.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.elevo.agent.AgentConfiguration;
import dev.elevo.agent.ControlKey;
import dev.elevo.agent.sandbox.SandboxSecrets;
import dev.elevo.contract.ApiException;
import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.agent.Capability;
import dev.elevo.contract.agent.Operation;
import dev.elevo.contract.agent.RefusedCalls;
import dev.elevo.contract.agent.SandboxSecret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may call the agent. */
@Tag("security")
final class GateTest {
    private static final String MINE = "sbx-aaaaaaaaaaaa";
    private static final String OTHER = "sbx-bbbbbbbbbbbb";

    @TempDir
    private Path home;

    private final KeyPair keys = pair();
    private final RefusalBook book = new RefusalBook();
    private Gate gate;

    @BeforeEach
    void open() throws IOException, GeneralSecurityException {
        var key = Base64.getEncoder().encodeToString(keys.getPublic().getEncoded());
        var configuration = new AgentConfiguration("", home.toString(), key, "", "none", "", 0, "0");
        var secrets = new SandboxSecrets(configuration);
        gate = new Gate(new ControlKey(configuration), secrets, book);
        for (var id : List.of(MINE, OTHER)) {
            Files.createDirectories(home.resolve("agent/sandboxes", id));
            secrets.keep(id, SandboxSecret.derive(keys.getPrivate(), id));
        }
    }

    @Test
    void a_sealed_one_opens_what_it_names_and_nothing_else() {
        var token = sealed(MINE, keys);

        assertThatCode(() -> gate.admit(token, MINE, Operation.PROCESS)).doesNotThrowAnyException();
        assertThat(refusal(token, MINE, Operation.LIFECYCLE)).isEqualTo(ErrorCode.INSUFFICIENT_SCOPE);
        assertThat(refusal(token, OTHER, Operation.PROCESS)).isEqualTo(ErrorCode.INVALID_TOKEN);
        assertThat(refusal(sealed(OTHER, keys), MINE, Operation.PROCESS)).isEqualTo(ErrorCode.INVALID_TOKEN);
        assertThat(refusal(sealed(MINE, pair()), MINE, Operation.PROCESS)).isEqualTo(ErrorCode.INVALID_TOKEN);
        assertThat(refusal(sealed(Capability.HOST, keys), Capability.HOST, Operation.PROCESS))
                .isEqualTo(ErrorCode.INVALID_TOKEN);
    }

    @Test
    void who_was_refused_is_kept_for_the_trail_until_it_has_it() {
        var forged = sealed(MINE, pair());
        refusal(forged, MINE, Operation.PROCESS);
        refusal(forged, MINE, Operation.PROCESS);
        refusal(null, OTHER, Operation.LIFECYCLE);
        refusal(null, "../../etc\n", Operation.LIFECYCLE);

        var shown = book.show();
        assertThat(shown)
                .extracting(
                        calls -> calls.sandboxId() + " " + calls.operation() + " " + calls.code() + " " + calls.count())
                .containsExactly(MINE + " process 1004 2", OTHER + " lifecycle 1004 1", "none lifecycle 1004 1");
        assertThat(book.show()).isEqualTo(shown);
        refusal(forged, MINE, Operation.PROCESS);
        book.forget(shown.stream().map(RefusedCalls::id).toList());

        assertThat(book.show())
                .singleElement()
                .satisfies(calls -> assertThat(calls.count()).isOne());
    }

    @Test
    void what_a_host_has_forgotten_is_no_forgery() {
        refusal(sealed("sbx-cccccccccccc", keys), "sbx-cccccccccccc", Operation.PROCESS);

        assertThat(book.show()).isEmpty();
    }

    @Test
    void however_many_names_somebody_has_they_take_no_more_room() {
        for (int i = 0; i < 1000; i++) {
            refusal(null, "sbx-%012d".formatted(i), Operation.PROCESS);
        }

        var shown = book.show();
        assertThat(shown).hasSize(257);
        assertThat(shown.stream().mapToLong(RefusedCalls::count).sum()).isEqualTo(1000);
    }

    @Test
    void a_secret_that_is_not_there_opens_nothing_and_a_signature_still_does() throws GeneralSecurityException {
        var unknown = "sbx-cccccccccccc";
        var signed = token(keys, unknown, Operation.PROCESS, Instant.now().plusSeconds(60));

        assertThat(refusal(sealed(unknown, keys), unknown, Operation.PROCESS)).isEqualTo(ErrorCode.INVALID_TOKEN);
        assertThatCode(() -> gate.admit(signed, unknown, Operation.PROCESS)).doesNotThrowAnyException();
    }

    @Test
    void no_name_leads_to_a_secret_elsewhere() throws IOException {
        for (var name : List.of("..", "../..")) {
            var elsewhere = Files.createDirectories(home.resolve("agent/sandboxes", name));
            Files.writeString(
                    elsewhere.resolve("secret"),
                    SandboxSecret.derive(keys.getPrivate(), name).text());

            assertThat(refusal(sealed(name, keys), name, Operation.PROCESS)).isEqualTo(ErrorCode.INVALID_TOKEN);
        }
    }

    @Test
    void the_secret_of_one_sandbox_opens_no_other_and_not_the_host() {
        var mine = SandboxSecret.derive(keys.getPrivate(), MINE);
        for (var claimed : List.of(OTHER, Capability.HOST)) {
            var token = new Capability(
                            claimed, Set.of(Operation.values()), Instant.now().plusSeconds(60))
                    .seal(mine);

            for (var path : List.of(MINE, claimed, MINE, claimed)) {
                assertThat(refusal(token, path, Operation.PROCESS))
                        .as("%s at %s", claimed, path)
                        .isEqualTo(ErrorCode.INVALID_TOKEN);
            }
        }
    }

    @Test
    void a_damaged_secret_opens_nothing_and_a_signature_still_does() throws IOException, GeneralSecurityException {
        Files.writeString(home.resolve("agent/sandboxes", MINE, "secret"), "");
        var signed = token(keys, MINE, Operation.PROCESS, Instant.now().plusSeconds(60));

        assertThat(refusal(sealed(MINE, keys), MINE, Operation.PROCESS)).isEqualTo(ErrorCode.INVALID_TOKEN);
        assertThatCode(() -> gate.admit(signed, MINE, Operation.PROCESS)).doesNotThrowAnyException();
    }

    private static String sealed(String sandbox, KeyPair by) {
        return new Capability(sandbox, Set.of(Operation.PROCESS), Instant.now().plusSeconds(60))
                .seal(SandboxSecret.derive(by.getPrivate(), sandbox));
    }

    @Test
    void a_capability_opens_what_it_names() throws GeneralSecurityException {
        var token = token(keys, MINE, Operation.PROCESS, Instant.now().plusSeconds(60));

        assertThatCode(() -> gate.admit(token, MINE, Operation.PROCESS)).doesNotThrowAnyException();
        assertThatCode(() -> gate.admit(token, MINE, Operation.PROCESS)).doesNotThrowAnyException();
    }

    @Test
    void nothing_opens_without_one() {
        assertThat(refusal(null, MINE, Operation.PROCESS)).isEqualTo(ErrorCode.INVALID_TOKEN);
        assertThat(refusal("", MINE, Operation.PROCESS)).isEqualTo(ErrorCode.INVALID_TOKEN);
        assertThat(refusal("a.b", MINE, Operation.PROCESS)).isEqualTo(ErrorCode.INVALID_TOKEN);
    }

    @Test
    void a_key_of_somebody_else_opens_nothing() throws GeneralSecurityException {
        var forged = token(pair(), MINE, Operation.PROCESS, Instant.now().plusSeconds(60));

        assertThat(refusal(forged, MINE, Operation.PROCESS)).isEqualTo(ErrorCode.INVALID_TOKEN);
    }

    @Test
    void a_changed_one_opens_nothing() throws GeneralSecurityException {
        var mine = token(keys, MINE, Operation.PROCESS, Instant.now().plusSeconds(60));
        var others = token(keys, OTHER, Operation.PROCESS, Instant.now().plusSeconds(60));
        var mixed = others.substring(0, others.indexOf('.')) + mine.substring(mine.indexOf('.'));

        assertThat(refusal(mixed, OTHER, Operation.PROCESS)).isEqualTo(ErrorCode.INVALID_TOKEN);
    }

    @Test
    void an_expired_one_opens_nothing_also_when_it_did_before() throws GeneralSecurityException {
        var token = token(keys, MINE, Operation.PROCESS, Instant.now().minusMillis(1));

        assertThat(refusal(token, MINE, Operation.PROCESS)).isEqualTo(ErrorCode.TOKEN_EXPIRED);
        assertThat(refusal(token, MINE, Operation.PROCESS)).isEqualTo(ErrorCode.TOKEN_EXPIRED);
    }

    @Test
    void another_sandbox_does_not_exist_for_it() throws GeneralSecurityException {
        var token = token(keys, MINE, Operation.PROCESS, Instant.now().plusSeconds(60));

        assertThat(refusal(token, OTHER, Operation.PROCESS)).isEqualTo(ErrorCode.SANDBOX_NOT_FOUND);
        assertThat(refusal(token, Capability.HOST, Operation.HOST)).isEqualTo(ErrorCode.SANDBOX_NOT_FOUND);
    }

    @Test
    void another_operation_is_refused() throws GeneralSecurityException {
        var token = token(keys, MINE, Operation.PROCESS, Instant.now().plusSeconds(60));

        assertThat(refusal(token, MINE, Operation.LIFECYCLE)).isEqualTo(ErrorCode.INSUFFICIENT_SCOPE);
    }

    private ErrorCode refusal(@Nullable String token, String sandbox, Operation operation) {
        return catchThrowableOfType(ApiException.class, () -> gate.admit(token, sandbox, operation))
                .failure()
                .code();
    }

    private static String token(KeyPair keys, String sandbox, Operation operation, Instant expiry)
            throws GeneralSecurityException {
        return new Capability(sandbox, Set.of(operation), expiry).sign(keys.getPrivate());
    }

    private static KeyPair pair() {
        try {
            return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
