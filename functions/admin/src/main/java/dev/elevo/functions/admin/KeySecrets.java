package dev.elevo.functions.admin;

import dev.elevo.platform.idempotency.IdempotencyKey;
import io.micronaut.context.annotation.Value;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** Makes API keys. */
@Singleton
class KeySecrets {
    static final int PREFIX_LENGTH = 8;

    private static final String BEGINNING = "ewk_";
    private static final int BYTES = 32;
    private static final String MAC = "HmacSHA256";
    private static final SecureRandom RANDOM = new SecureRandom();

    private final SecretKeySpec secret;

    KeySecrets(@Value("${elevo.cursor.secret}") String secret) {
        this.secret = new SecretKeySpec(("keys " + secret).getBytes(StandardCharsets.UTF_8), MAC);
    }

    /**
     * A new key; of an attempt that is repeated the same one: nobody keeps it, and yet the repeat of a request that died before its
     * answer must be able to tell it.
     */
    String make(@Nullable IdempotencyKey attempt) {
        var bytes = new byte[BYTES];
        if (attempt == null) {
            RANDOM.nextBytes(bytes);
        } else {
            try {
                var mac = Mac.getInstance(MAC);
                mac.init(secret);
                bytes = mac.doFinal(attempt.secretSeed());
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("every Java platform has " + MAC, e);
            }
        }
        return BEGINNING + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    static String sha256(String key) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
