package dev.elevo.platform.identity;

import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Keeps what one-use tokens stand for, by their hashes. */
public interface OneUseStore {

    /** Whose right it is and to what. */
    record Grant(
            String organizationId,
            String userId,
            @Nullable String keyId,
            Principal.Kind kind,
            String scope,
            String path,
            Instant expiresAt) {}

    void add(String hash, Grant grant);

    /** Gives it to one of those who ask, and to nobody after. */
    Optional<Grant> take(String hash);
}
