package dev.elevo.platform.paging;

import io.micronaut.context.annotation.Value;
import io.micronaut.context.exceptions.ConfigurationException;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Makes a position opaque, so that a client can neither read a meaning into it that we would have to keep, nor make one that
 * leads into another list. The list (such as an organization's sandboxes) is part of the seal, not of what is sealed.
 */
@Singleton
public final class Seal {
    private static final String ALGORITHM = "HmacSHA256";
    /** Half a SHA-256: nobody guesses it, and cursors stay short. */
    private static final int SEAL_BYTES = 16;

    private final SecretKeySpec key;

    Seal(@Value("${elevo.cursor.secret:}") String secret) {
        if (secret.isBlank()) {
            throw new ConfigurationException(
                    "ELEVO_CURSOR_SECRET is not set: cursors must be readable by every instance");
        }
        key = new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), ALGORITHM);
    }

    public String close(String text, String list) {
        var payload = text.getBytes(StandardCharsets.UTF_8);
        var sealed = Arrays.copyOf(payload, payload.length + SEAL_BYTES);
        System.arraycopy(mac(payload, list), 0, sealed, payload.length, SEAL_BYTES);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(sealed);
    }

    /** Empty for anything that was not sealed here for this list. */
    public Optional<String> open(String text, String list) {
        byte[] sealed;
        try {
            sealed = Base64.getUrlDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
        if (sealed.length <= SEAL_BYTES) {
            return Optional.empty();
        }
        var payload = Arrays.copyOf(sealed, sealed.length - SEAL_BYTES);
        var seal = Arrays.copyOfRange(sealed, payload.length, sealed.length);
        return MessageDigest.isEqual(seal, mac(payload, list))
                ? Optional.of(new String(payload, StandardCharsets.UTF_8))
                : Optional.empty();
    }

    private byte[] mac(byte[] payload, String list) {
        try {
            var mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            mac.update(list.getBytes(StandardCharsets.UTF_8));
            mac.update((byte) 0);
            return Arrays.copyOf(mac.doFinal(payload), SEAL_BYTES);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
        }
    }
}
