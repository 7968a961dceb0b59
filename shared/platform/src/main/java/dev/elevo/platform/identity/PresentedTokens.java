package dev.elevo.platform.identity;

import com.nimbusds.jwt.SignedJWT;
import io.micronaut.http.HttpRequest;
import java.text.ParseException;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The JWT a request came with, for the few who need more of it than whose it is. */
public final class PresentedTokens {
    private PresentedTokens() {}

    /**
     * What is read of one.
     *
     * @param id by which it can be revoked
     */
    public record Token(@Nullable String id, Instant expiresAt) {}

    /** Of a request that was authenticated; empty where that was by a key. */
    public static Optional<Token> of(HttpRequest<?> request) {
        if (!(CredentialReader.read(request) instanceof Credential.Jwt jwt)) {
            return Optional.empty();
        }
        try {
            var claims = SignedJWT.parse(jwt.token()).getJWTClaimsSet();
            return Optional.of(
                    new Token(claims.getJWTID(), claims.getExpirationTime().toInstant()));
        } catch (ParseException e) {
            throw new IllegalStateException("it was read a moment ago", e);
        }
    }
}
