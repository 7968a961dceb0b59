package dev.elevo.platform.identity;

import java.util.List;
import java.util.Set;
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

    /** Whose keys may administer the deployment itself. */
    public static final String OPERATOR = "default";

    static final String BOOTSTRAP_KEY = "bootstrap";

    /** The operator's, and the trail of what nobody is known to have done. */
    private static final Set<String> RESERVED = Set.of(OPERATOR, "system");

    /** Beginnings of scopes over what all organizations share. */
    private static final List<String> OF_THE_OPERATOR = List.of("system:", "gateway.", "service.");

    public Principal {
        scopes = List.copyOf(scopes);
    }

    public Principal(String organizationId, String userId, @Nullable String keyId, List<String> scopes, Kind kind) {
        this(organizationId, userId, keyId, scopes, kind, RateLimits.NONE);
    }

    /** Whether no organization may be named so by whoever likes to. */
    public static boolean isReserved(String organizationId) {
        return RESERVED.contains(organizationId);
    }

    /** By the one key that comes with the deployment. */
    public boolean isBootstrap() {
        return BOOTSTRAP_KEY.equals(keyId);
    }

    /** With these limits, or with smaller ones that the credential has. */
    Principal within(RateLimits usual) {
        return usual.perMinute().isEmpty()
                ? this
                : new Principal(organizationId, userId, keyId, scopes, kind, limits.within(usual));
    }

    /**
     * Whether one of the scopes is or covers the required one. An organization's own {@code *} ends at what is everybody's: a key that
     * it made itself gives nothing there. Tokens are made by whoever runs the deployment.
     */
    public boolean grants(String required) {
        if (kind == Kind.API_KEY
                && !organizationId.equals(OPERATOR)
                && OF_THE_OPERATOR.stream().anyMatch(required::startsWith)) {
            return false;
        }
        for (var granted : scopes) {
            if (ScopeGlob.matches(granted, required)) {
                return true;
            }
        }
        return false;
    }

    /** Whether what is given away with this scope is the caller's to give. */
    public boolean mayGive(String scope) {
        return covers(scopes, scope);
    }

    /** Whether one of the granted scopes alone says all that the other says. */
    public static boolean covers(List<String> granted, String scope) {
        return granted.stream().anyMatch(own -> ScopeGlob.covers(own, scope));
    }
}
