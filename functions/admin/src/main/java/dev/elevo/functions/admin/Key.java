package dev.elevo.functions.admin;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A row of the API keys; never the key itself. */
record Key(
        String id,
        String organizationId,
        String userId,
        String name,
        String prefix,
        String sha256,
        List<String> permissions,
        Map<String, Integer> limits,
        @Nullable Instant expiresAt,
        @Nullable Instant revokedAt,
        long version,
        Instant createdAt) {}
