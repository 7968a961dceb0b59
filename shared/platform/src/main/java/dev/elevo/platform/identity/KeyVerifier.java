package dev.elevo.platform.identity;

import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Knows the bootstrap key and, through the store, all others; by their hashes only. */
@Singleton
final class KeyVerifier {
    private static final Pattern WELL_FORMED = Pattern.compile("ewk_[A-Za-z0-9_-]{43}");
    private static final Principal BOOTSTRAP =
            new Principal(Principal.OPERATOR, "admin", Principal.BOOTSTRAP_KEY, List.of("*"), Principal.Kind.API_KEY);

    private final byte @Nullable [] bootstrapHash;
    private final ApiKeyStore store;
    private final KeyUses uses;
    private final InstantSource clock;

    KeyVerifier(IdentityConfiguration configuration, ApiKeyStore store, KeyUses uses, InstantSource clock) {
        var hash = configuration.bootstrapKeySha256();
        this.bootstrapHash = hash == null ? null : hash.getBytes(StandardCharsets.US_ASCII);
        this.store = store;
        this.uses = uses;
        this.clock = clock;
    }

    Principal verify(Credential.Key presented) {
        // The operator may have chosen a bootstrap key of any form, so it comes before the question of form.
        if (isBootstrap(presented.sha256())) {
            return BOOTSTRAP;
        }
        if (!WELL_FORMED.matcher(presented.key()).matches()) {
            throw Denial.MALFORMED.asException();
        }
        var key = living(presented.sha256());
        uses.note(key.keyId());
        return principal(key);
    }

    /** Whose it is or was, whether it still opens anything or not. */
    Optional<Principal> owner(Credential.Key presented) {
        return WELL_FORMED.matcher(presented.key()).matches()
                ? store.find(presented.sha256()).map(KeyVerifier::principal)
                : Optional.empty();
    }

    private static Principal principal(ApiKey key) {
        return new Principal(
                key.organizationId(), key.userId(), key.keyId(), key.scopes(), Principal.Kind.API_KEY, key.limits());
    }

    /** Throws why it opens nothing any more. */
    void requireLiving(String sha256) {
        if (!isBootstrap(sha256)) {
            living(sha256);
        }
    }

    private ApiKey living(String sha256) {
        var key = store.find(sha256).orElseThrow(Denial.UNKNOWN_KEY::asException);
        if (key.revoked()) {
            throw Denial.REVOKED.asException();
        }
        if (key.expiresAt() != null && !clock.instant().isBefore(key.expiresAt())) {
            throw Denial.TOKEN_EXPIRED.asException();
        }
        return key;
    }

    /** Whether it is a key of ours by its looks; no store is asked. */
    boolean recognizes(Credential.Key presented) {
        return WELL_FORMED.matcher(presented.key()).matches() || isBootstrap(presented.sha256());
    }

    private boolean isBootstrap(String sha256) {
        return bootstrapHash != null
                && MessageDigest.isEqual(bootstrapHash, sha256.getBytes(StandardCharsets.US_ASCII));
    }
}
