package dev.elevo.platform.testing;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.time.Instant;
import java.util.Date;
import org.jspecify.annotations.Nullable;

/** Signs tokens the way a deployment's own secret or its identity provider would. */
public final class Tokens {
    private Tokens() {}

    /** A user's claims, valid for ten minutes from that moment. */
    public static JWTClaimsSet.Builder claims(String user, Instant now) {
        return new JWTClaimsSet.Builder().subject(user).expirationTime(Date.from(now.plusSeconds(600)));
    }

    public static String hs256(JWTClaimsSet.Builder claims) {
        return hs256(claims, FixtureFunction.JWT_SECRET);
    }

    public static String hs256(JWTClaimsSet.Builder claims, String secret) {
        try {
            return signed(claims, JWSAlgorithm.HS256, null, new MACSigner(secret));
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    public static String signed(
            JWTClaimsSet.Builder claims, JWSAlgorithm algorithm, @Nullable String keyId, JWSSigner signer) {
        try {
            var token =
                    new SignedJWT(new JWSHeader.Builder(algorithm).keyID(keyId).build(), claims.build());
            token.sign(signer);
            return token.serialize();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }
}
