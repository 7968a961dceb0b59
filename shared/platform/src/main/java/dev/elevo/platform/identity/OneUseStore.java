package dev.elevo.platform.identity;

import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Keeps what one-use tokens stand for, by their hashes. */
public interface OneUseStore {

    /**
     * Whose right it is and to what.
     *
     * @param keySha256 of the key by which it was got, without which it is worth nothing
     */
    record Grant(
            String organizationId,
            String userId,
            @Nullable String keyId,
            @Nullable String keySha256,
            Principal.Kind kind,
            String scope,
            String path,
            Instant expiresAt) {}

    void add(String hash, Grant grant);

    /** Gives it to one of those who ask, and to nobody after. */
    Optional<Grant> take(String hash);
}
