package dev.elevo.platform.engine;

import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Tickets by which a browser sees the private preview of one port for an hour. They can be had for a credential only, say whose
 * sandbox it is, and are proved by a key that no host knows.
 *
 * <p>As text: {@code base64url(sandbox|port|expiry millis|organization) + "." + base64url(proof)}.
 */
@Singleton
public final class PreviewTickets {
    public static final Duration LIFE = Duration.ofHours(1);

    private static final String ALGORITHM = "HmacSHA256";
    private static final int LONGEST = 4096;
    /** In the place of a sandbox's id, and not the id of any: no host is told this secret. */
    private static final String PURPOSE = "previews";

    private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();
    private static final Base64.Decoder DECODER = Base64.getUrlDecoder();

    private final SecretKeySpec key;
    private final InstantSource clock;

    PreviewTickets(CapabilityIssuer issuer, InstantSource clock) {
        var secret = issuer.secret(PURPOSE).text();
        this.key = new SecretKeySpec(secret.getBytes(StandardCharsets.US_ASCII), ALGORITHM);
        this.clock = clock;
    }

    /** A ticket that is ours. */
    public record Ticket(String organizationId, Instant expiresAt) {
        public boolean isOver(Instant now) {
            return !now.isBefore(expiresAt);
        }
    }

    public String issue(String organizationId, String sandboxId, int port) {
        var expiry = clock.instant().plus(LIFE).toEpochMilli();
        var claims = sandboxId + "|" + port + "|" + expiry + "|" + organizationId;
        var payload = ENCODER.encodeToString(claims.getBytes(StandardCharsets.UTF_8));
        return payload + "." + ENCODER.encodeToString(prove(payload));
    }

    /** Empty for anything that was not issued here for this very port. Its time may be over. */
    public Optional<Ticket> open(String text, String sandboxId, int port) {
        var dot = text.indexOf('.');
        if (dot < 0 || text.length() > LONGEST) {
            return Optional.empty();
        }
        try {
            var payload = text.substring(0, dot);
            if (!MessageDigest.isEqual(prove(payload), DECODER.decode(text.substring(dot + 1)))) {
                return Optional.empty();
            }
            var claims = new String(DECODER.decode(payload), StandardCharsets.UTF_8).split("\\|", 4);
            return claims[0].equals(sandboxId) && claims[1].equals(Integer.toString(port))
                    ? Optional.of(new Ticket(claims[3], Instant.ofEpochMilli(Long.parseLong(claims[2]))))
                    : Optional.empty();
        } catch (IllegalArgumentException notBase64) {
            return Optional.empty();
        }
    }

    private byte[] prove(String payload) {
        try {
            var mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            return mac.doFinal(payload.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has " + ALGORITHM, e);
        }
    }
}
