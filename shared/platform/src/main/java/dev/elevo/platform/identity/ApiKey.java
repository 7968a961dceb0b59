package dev.elevo.platform.identity;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is stored of an API key; never the key itself. */
public record ApiKey(
        String keyId,
        String organizationId,
        String userId,
        List<String> scopes,
        @Nullable Instant expiresAt,
        boolean revoked,
        RateLimits limits) {
    public ApiKey {
        scopes = List.copyOf(scopes);
    }
}
