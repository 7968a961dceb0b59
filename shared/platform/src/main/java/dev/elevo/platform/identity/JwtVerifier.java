package dev.elevo.platform.identity;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import dev.elevo.contract.ApiException;
import io.micronaut.security.token.jwt.signature.SignatureConfiguration;
import jakarta.inject.Singleton;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads a JWT: first its signature, then its times, then its claims. Of an unproven token nothing is told. */
@Singleton
final class JwtVerifier {
    private static final Duration LEEWAY = Duration.ofSeconds(30);

    /** The identity provider's, whose keys may serve other applications, too. */
    private static final JWSAlgorithm PROVIDERS = JWSAlgorithm.RS256;

    /** Each with one kind of key only, so that a public key can never be taken for a shared secret. */
    private static final Set<JWSAlgorithm> ALGORITHMS = Set.of(JWSAlgorithm.HS256, PROVIDERS);

    private static final String ADMIN = "admin";
    private static final String EVERYTHING = "*";

    private final List<SignatureConfiguration> signatures;
    private final IdentityConfiguration configuration;
    private final RevokedTokens revoked;
    private final InstantSource clock;

    JwtVerifier(
            List<SignatureConfiguration> signatures,
            IdentityConfiguration configuration,
            RevokedTokens revoked,
            InstantSource clock) {
        this.signatures = signatures;
        this.configuration = configuration;
        this.revoked = revoked;
        this.clock = clock;
    }

    Principal verify(Credential.Jwt presented) {
        try {
            var claims = provenClaims(presented.token());
            checkTimes(claims);
            var id = claims.getJWTID();
            if (id != null && revoked.contains(id)) {
                throw Denial.REVOKED.asException();
            }
            return principal(claims);
        } catch (ParseException e) {
            throw Denial.MALFORMED.asException();
        }
    }

    /** Whom it names, if it was signed for us, be its time over or not. */
    Optional<Principal> owner(Credential.Jwt presented) {
        try {
            return Optional.of(principal(provenClaims(presented.token())));
        } catch (ParseException | ApiException nobody) {
            return Optional.empty();
        }
    }

    /** Whether it was signed for us, be its time over or not. */
    boolean recognizes(Credential.Jwt presented) {
        try {
            provenClaims(presented.token());
            return true;
        } catch (ParseException | ApiException notOurs) {
            return false;
        }
    }

    private JWTClaimsSet provenClaims(String token) throws ParseException {
        SignedJWT jwt;
        try {
            jwt = SignedJWT.parse(token);
        } catch (ParseException e) {
            // The parser takes "none" for no algorithm of a signed token; to us that is an unsigned one.
            throw (isUnsigned(token) ? Denial.BAD_SIGNATURE : Denial.MALFORMED).asException();
        }
        if (!isProven(jwt)) {
            throw Denial.BAD_SIGNATURE.asException();
        }
        var claims = jwt.getJWTClaimsSet();
        // What our own secret signs is for us, and need not say so.
        if (PROVIDERS.equals(jwt.getHeader().getAlgorithm()) && !isForUs(claims)) {
            throw Denial.FOR_SOMEBODY_ELSE.asException();
        }
        return claims;
    }

    private boolean isForUs(JWTClaimsSet claims) {
        var issuer = configuration.jwtIssuer();
        var audience = configuration.jwtAudience();
        return (issuer == null || issuer.equals(claims.getIssuer()))
                && (audience == null || claims.getAudience().contains(audience));
    }

    private boolean isProven(SignedJWT jwt) {
        var algorithm = jwt.getHeader().getAlgorithm();
        if (!ALGORITHMS.contains(algorithm)) {
            return false;
        }
        for (var signature : signatures) {
            try {
                if (signature.supports(algorithm) && signature.verify(jwt)) {
                    return true;
                }
            } catch (JOSEException e) {
                return false; // not a signature of this kind at all
            }
        }
        return false;
    }

    private static boolean isUnsigned(String token) {
        try {
            PlainJWT.parse(token);
            return true;
        } catch (ParseException e) {
            return false;
        }
    }

    private void checkTimes(JWTClaimsSet claims) {
        var now = clock.instant();
        var expires = claims.getExpirationTime();
        if (expires == null) {
            throw Denial.MALFORMED.asException();
        }
        if (!now.isBefore(expires.toInstant().plus(LEEWAY))) {
            throw Denial.TOKEN_EXPIRED.asException();
        }
        checkBegun(claims.getNotBeforeTime(), now.plus(LEEWAY));
    }

    private static void checkBegun(@Nullable Date notBefore, Instant latest) {
        if (notBefore != null && notBefore.toInstant().isAfter(latest)) {
            throw Denial.MALFORMED.asException();
        }
    }

    private static Principal principal(JWTClaimsSet claims) throws ParseException {
        var user = claims.getSubject();
        if (user == null || user.isEmpty()) {
            throw Denial.MALFORMED.asException();
        }
        var organization = claims.getStringClaim("org");
        if ((organization == null || organization.isEmpty()) && Principal.isReserved(user)) {
            throw Denial.MALFORMED.asException();
        }
        return new Principal(
                organization == null || organization.isEmpty() ? user : organization,
                user,
                null,
                scopes(claims),
                Principal.Kind.JWT);
    }

    private static List<String> scopes(JWTClaimsSet claims) throws ParseException {
        var scopes = new ArrayList<String>();
        var array = claims.getStringArrayClaim("scopes");
        if (array != null) {
            scopes.addAll(Arrays.asList(array));
        } else {
            var text = claims.getStringClaim("scope");
            if (text != null && !text.isBlank()) {
                scopes.addAll(Arrays.asList(text.strip().split(" +")));
            }
        }
        var roles = claims.getStringArrayClaim("roles");
        if (roles != null && Arrays.asList(roles).contains(ADMIN)) {
            scopes.add(EVERYTHING);
        }
        return scopes;
    }
}
