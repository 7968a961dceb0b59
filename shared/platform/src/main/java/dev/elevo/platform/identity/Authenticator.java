package dev.elevo.platform.identity;

import jakarta.inject.Singleton;
import java.util.Optional;

/** Says who presents a credential, or throws why nobody does. */
@Singleton
final class Authenticator {
    private final KeyVerifier keys;
    private final JwtVerifier jwts;

    Authenticator(KeyVerifier keys, JwtVerifier jwts) {
        this.keys = keys;
        this.jwts = jwts;
    }

    Principal authenticate(Credential.Presented credential) {
        return switch (credential) {
            case Credential.Key key -> keys.verify(key);
            case Credential.Jwt jwt -> jwts.verify(jwt);
        };
    }

    /** Who is named by a credential that was refused, if it is known to be his. */
    Optional<Principal> owner(Credential.Presented refused) {
        return switch (refused) {
            case Credential.Key key -> keys.owner(key);
            case Credential.Jwt jwt -> jwts.owner(jwt);
        };
    }
}
