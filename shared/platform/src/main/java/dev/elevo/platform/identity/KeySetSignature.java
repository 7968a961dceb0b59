package dev.elevo.platform.identity;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.JWKMatcher;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.KeyType;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.jwk.source.RateLimitReachedException;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.DefaultResourceRetriever;
import com.nimbusds.jwt.SignedJWT;
import dev.elevo.contract.Failure;
import io.micronaut.security.token.jwt.signature.SignatureConfiguration;
import java.net.URL;
import java.time.Duration;

/**
 * RS256 signatures by the keys of a published set. The set is kept for minutes and fetched again when a token names a key it
 * does not hold, but not more often than the source allows: tokens with invented key ids must not become requests there.
 *
 * <p>In place of the module's own remote signature, which fetches without time limits and takes any algorithm of the key.
 */
final class KeySetSignature implements SignatureConfiguration {
    private static final int TIMEOUT_MS = 1_500;
    private static final int LARGEST_SET_BYTES = 512 * 1024;
    private static final Duration KEPT = Duration.ofMinutes(10);
    private static final Duration BETWEEN_FETCHES = Duration.ofSeconds(30);

    private final JWKSource<SecurityContext> keys;

    KeySetSignature(URL url) {
        this.keys = JWKSourceBuilder.create(
                        url, new DefaultResourceRetriever(TIMEOUT_MS, TIMEOUT_MS, LARGEST_SET_BYTES))
                .cache(KEPT.toMillis(), TIMEOUT_MS * 2L)
                .rateLimited(BETWEEN_FETCHES.toMillis())
                .retrying(true)
                .build();
    }

    @Override
    public String supportedAlgorithmsMessage() {
        return "Only RS256 is supported";
    }

    @Override
    public boolean supports(JWSAlgorithm algorithm) {
        return JWSAlgorithm.RS256.equals(algorithm);
    }

    @Override
    public boolean verify(SignedJWT jwt) throws JOSEException {
        var wanted = new JWKMatcher.Builder()
                .keyType(KeyType.RSA)
                .keyID(jwt.getHeader().getKeyID())
                .build();
        try {
            for (var key : keys.get(new JWKSelector(wanted), null)) {
                if (jwt.verify(new RSASSAVerifier(key.toRSAKey()))) {
                    return true;
                }
            }
            return false;
        } catch (RateLimitReachedException e) {
            return false; // it names a key that a set fetched a moment ago did not hold
        } catch (KeySourceException e) {
            // Not the caller's fault, and no reason to let anyone in.
            throw new Failure.Unavailable("The identity provider does not answer", Duration.ofSeconds(1)).causedBy(e);
        }
    }
}
