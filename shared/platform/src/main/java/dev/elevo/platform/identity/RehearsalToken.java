package dev.elevo.platform.identity;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Date;
import java.util.List;
import java.util.Optional;

/**
 * What a function shows itself when it walks its own paths before anybody calls: an organization that owns nothing, for a
 * minute. It never leaves the process.
 */
@Singleton
public final class RehearsalToken {
    public static final String NOBODY = "elevo-rehearsal";

    private static final Duration LIFE = Duration.ofMinutes(1);

    private final IdentityConfiguration configuration;
    private final InstantSource clock;

    RehearsalToken(IdentityConfiguration configuration, InstantSource clock) {
        this.configuration = configuration;
        this.clock = clock;
    }

    /** Empty where the deployment has no secret of its own. */
    public Optional<String> issue() {
        var secret = configuration.jwtSecret();
        if (secret == null) {
            return Optional.empty();
        }
        var token = new SignedJWT(
                new JWSHeader(JWSAlgorithm.HS256),
                new JWTClaimsSet.Builder()
                        .subject(NOBODY)
                        .claim("org", NOBODY)
                        .claim("scopes", List.of("*"))
                        .expirationTime(Date.from(clock.instant().plus(LIFE)))
                        .build());
        try {
            token.sign(new MACSigner(secret));
        } catch (JOSEException e) {
            throw new IllegalStateException("no token can be signed by the secret that others are verified by", e);
        }
        return Optional.of(token.serialize());
    }
}
