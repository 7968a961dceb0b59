package dev.elevo.platform.idempotency;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Answers may hold what is shown once, such as a new API key. They are kept so that only a repeat of the request can read them: by a
 * key of the deployment's secret, of the credential and of the client's own word, of which the table knows a hash.
 */
final class AnswerCipher {
    private static final String CIPHER = "AES/GCM/NoPadding";
    private static final String MAC = "HmacSHA256";
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final SecretKeySpec secret;

    AnswerCipher(String secret) {
        this.secret = new SecretKeySpec(("answers " + secret).getBytes(StandardCharsets.UTF_8), MAC);
    }

    byte[] close(byte[] answer, IdempotencyKey key) {
        var nonce = new byte[NONCE_BYTES];
        RANDOM.nextBytes(nonce);
        try {
            var closed = run(Cipher.ENCRYPT_MODE, answer, 0, nonce, key);
            var whole = Arrays.copyOf(nonce, NONCE_BYTES + closed.length);
            System.arraycopy(closed, 0, whole, NONCE_BYTES, closed.length);
            return whole;
        } catch (AEADBadTagException e) {
            throw new IllegalStateException("closing checks no tag", e);
        }
    }

    /** Nothing where it is not this credential's. */
    Optional<byte[]> open(byte[] closed, IdempotencyKey key) {
        try {
            return Optional.of(run(Cipher.DECRYPT_MODE, closed, NONCE_BYTES, Arrays.copyOf(closed, NONCE_BYTES), key));
        } catch (AEADBadTagException e) {
            return Optional.empty();
        }
    }

    private byte[] run(int mode, byte[] bytes, int from, byte[] nonce, IdempotencyKey key) throws AEADBadTagException {
        try {
            var mac = Mac.getInstance(MAC);
            mac.init(secret);
            var cipher = Cipher.getInstance(CIPHER);
            cipher.init(
                    mode,
                    new SecretKeySpec(mac.doFinal(key.secretSeed()), "AES"),
                    new GCMParameterSpec(TAG_BITS, nonce));
            return cipher.doFinal(bytes, from, bytes.length - from);
        } catch (AEADBadTagException e) {
            throw e;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has " + CIPHER + " and " + MAC, e);
        }
    }
}
