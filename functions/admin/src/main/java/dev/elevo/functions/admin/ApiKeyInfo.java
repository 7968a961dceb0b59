package dev.elevo.functions.admin;

import io.micronaut.serde.annotation.Serdeable;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An API key; itself only in the answer to its creation. */
@Serdeable
record ApiKeyInfo(
        String id,
        String name,
        @Nullable String key,
        String prefix,
        String userId,
        List<String> permissions,
        @Nullable Map<String, Integer> limits,
        boolean active,
        Instant createdAt,
        @Nullable Instant expiresAt,
        @Nullable Instant lastUsedAt) {

    static ApiKeyInfo of(Key key, @Nullable String secret, @Nullable Instant lastUsedAt, Instant now) {
        return new ApiKeyInfo(
                key.id(),
                key.name(),
                secret,
                key.prefix(),
                key.userId(),
                key.permissions(),
                key.limits().isEmpty() ? null : key.limits(),
                key.expiresAt() == null || now.isBefore(key.expiresAt()),
                key.createdAt(),
                key.expiresAt(),
                lastUsedAt);
    }

    @Override
    public String toString() {
        return "ApiKeyInfo[" + id + "]";
    }
}
