package dev.elevo.platform.identity;

import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.InstantSource;
import java.util.List;
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
        if (isBootstrap(presented)) {
            return BOOTSTRAP;
        }
        if (!WELL_FORMED.matcher(presented.key()).matches()) {
            throw Denial.MALFORMED.asException();
        }
        var key = store.find(presented.sha256()).orElseThrow(Denial.UNKNOWN_KEY::asException);
        if (key.revoked()) {
            throw Denial.REVOKED.asException();
        }
        if (key.expiresAt() != null && !clock.instant().isBefore(key.expiresAt())) {
            throw Denial.TOKEN_EXPIRED.asException();
        }
        uses.note(key.keyId());
        return new Principal(
                key.organizationId(), key.userId(), key.keyId(), key.scopes(), Principal.Kind.API_KEY, key.limits());
    }

    /** Whether it is a key of ours by its looks; no store is asked. */
    boolean recognizes(Credential.Key presented) {
        return WELL_FORMED.matcher(presented.key()).matches() || isBootstrap(presented);
    }

    private boolean isBootstrap(Credential.Key presented) {
        return bootstrapHash != null
                && MessageDigest.isEqual(bootstrapHash, presented.sha256().getBytes(StandardCharsets.US_ASCII));
    }
}
