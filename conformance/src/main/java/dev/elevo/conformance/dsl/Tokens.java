package dev.elevo.conformance.dsl;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** JWTs as 1.3 has them, where the secret is known. */
final class Tokens {
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();
    private static final int SECONDS = 600;

    private Tokens() {}

    static String of(String secret, String id) {
        var claims = Json.object(
                "sub",
                "conformance",
                "exp",
                Instant.now().getEpochSecond() + SECONDS,
                "jti",
                id,
                "scopes",
                List.of("*"));
        var signed = encoded(Json.object("alg", "HS256", "typ", "JWT").toString()) + "." + encoded(claims.toString());
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return signed + "." + BASE64.encodeToString(mac.doFinal(signed.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String encoded(String text) {
        return BASE64.encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
