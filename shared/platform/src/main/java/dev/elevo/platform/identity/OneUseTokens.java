package dev.elevo.platform.identity;

import io.micronaut.http.HttpRequest;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;

/** Tokens that open one handshake of one stream, once, within five minutes: they may stand in an address. */
@Singleton
public final class OneUseTokens {
    static final Duration LIFE = Duration.ofMinutes(5);

    private static final String BEGINNING = "ewt_";
    private static final int BYTES = 32;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Provider<OneUseStore> store;
    private final KeyVerifier keys;
    private final InstantSource clock;

    /** @param store a provider: most functions never ask it anything */
    OneUseTokens(Provider<OneUseStore> store, KeyVerifier keys, InstantSource clock) {
        this.store = store;
        this.keys = keys;
        this.clock = clock;
    }

    /** A token as its owner gets it. */
    public record Token(String text, Instant expiresAt) {
        @Override
        public String toString() {
            return "Token[]";
        }
    }

    /** For the caller of the request, who holds the scope himself. */
    public Token issue(HttpRequest<?> request, Principal caller, String scope, String path) {
        var bytes = new byte[BYTES];
        RANDOM.nextBytes(bytes);
        var text = BEGINNING + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        var expiresAt = clock.instant().plus(LIFE);
        var keySha256 = CredentialReader.read(request) instanceof Credential.Key key ? key.sha256() : null;
        var grant = new OneUseStore.Grant(
                caller.organizationId(),
                caller.userId(),
                caller.keyId(),
                keySha256,
                caller.kind(),
                scope,
                path,
                expiresAt);
        store.get().add(new Credential.Key(text).sha256(), grant);
        return new Token(text, expiresAt);
    }

    static boolean isOne(Credential.Presented credential) {
        return credential instanceof Credential.Key key && key.key().startsWith(BEGINNING);
    }

    /** Whoever presents it has used it up, also at the wrong door. */
    Principal redeem(Credential.Presented credential, String path) {
        var grant = store.get().take(credential.sha256()).orElseThrow(Denial.UNKNOWN_KEY::asException);
        if (!clock.instant().isBefore(grant.expiresAt())) {
            throw Denial.TOKEN_EXPIRED.asException();
        }
        if (!grant.path().equals(path)) {
            throw Denial.UNKNOWN_KEY.asException();
        }
        if (grant.keySha256() != null) {
            keys.requireLiving(grant.keySha256());
        }
        return new Principal(
                grant.organizationId(), grant.userId(), grant.keyId(), List.of(grant.scope()), grant.kind());
    }
}
