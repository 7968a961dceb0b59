package dev.elevo.platform.identity;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The authenticated caller. Controllers receive it as an argument.
 *
 * @param keyId the API key's id; absent for a JWT
 * @param scopes what was granted, globs included, as it was granted
 * @param limits the key's own limits per minute by rate class; classes not named have the deployment's
 */
public record Principal(
        String organizationId,
        String userId,
        @Nullable String keyId,
        List<String> scopes,
        Kind kind,
        RateLimits limits) {

    /** What kind of credential proved the caller. */
    public enum Kind {
        JWT,
        API_KEY
    }

    public Principal {
        scopes = List.copyOf(scopes);
    }

    public Principal(String organizationId, String userId, @Nullable String keyId, List<String> scopes, Kind kind) {
        this(organizationId, userId, keyId, scopes, kind, RateLimits.NONE);
    }

    public boolean grants(String required) {
        for (var granted : scopes) {
            if (ScopeGlob.matches(granted, required)) {
                return true;
            }
        }
        return false;
    }
}
