package dev.elevo.platform.identity;

import io.micronaut.context.annotation.ConfigurationProperties;
import org.jspecify.annotations.Nullable;

/**
 * What a deployment trusts. Nothing set means nobody enters by that way.
 *
 * @param jwtSecret of HS256 signatures, at least 32 bytes
 * @param jwksUrl of the key set for RS256 signatures
 * @param jwtIssuer who alone issues tokens that the key set proves; without one whoever signs by it
 * @param jwtAudience whom those tokens must be for; without one they may be for anybody
 * @param bootstrapKeySha256 lower-case hexadecimal hash of the one key that holds every scope
 */
@ConfigurationProperties("elevo")
record IdentityConfiguration(
        @Nullable String jwtSecret,
        @Nullable String jwksUrl,
        @Nullable String jwtIssuer,
        @Nullable String jwtAudience,
        @Nullable String bootstrapKeySha256) {
    @Override
    public String toString() {
        return "IdentityConfiguration[]"; // nothing of it belongs into a log
    }
}
