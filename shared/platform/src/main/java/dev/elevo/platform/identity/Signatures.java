package dev.elevo.platform.identity;

import com.nimbusds.jose.JWSAlgorithm;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Requires;
import io.micronaut.security.token.jwt.signature.SignatureConfiguration;
import io.micronaut.security.token.jwt.signature.secret.SecretSignature;
import io.micronaut.security.token.jwt.signature.secret.SecretSignatureConfiguration;
import jakarta.inject.Singleton;
import java.net.MalformedURLException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** The signatures this deployment believes: its own secret's, its identity provider's, both or none. */
@Factory
final class Signatures {
    private static final int SHORTEST_SECRET = 32;

    @Singleton
    @Requires(property = "elevo.jwt-secret")
    SignatureConfiguration secret(IdentityConfiguration configuration) {
        var secret = Objects.requireNonNull(configuration.jwtSecret());
        if (secret.getBytes(StandardCharsets.UTF_8).length < SHORTEST_SECRET) {
            throw new IllegalArgumentException("ELEVO_JWT_SECRET needs at least " + SHORTEST_SECRET + " bytes");
        }
        var settings = new SecretSignatureConfiguration("elevo");
        settings.setSecret(secret);
        settings.setJwsAlgorithm(JWSAlgorithm.HS256);
        return new SecretSignature(settings);
    }

    @Singleton
    @Requires(property = "elevo.jwks-url")
    SignatureConfiguration keySet(IdentityConfiguration configuration) throws MalformedURLException {
        return new KeySetSignature(
                URI.create(Objects.requireNonNull(configuration.jwksUrl())).toURL());
    }
}
