package dev.elevo.contract.agent;

import dev.elevo.contract.files.FileMode;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The right to take the content of one file, or once to give it, for whoever holds it. It says all that there is to say about the
 * transfer, and is signed by the control plane, so that nobody can change a word of it.
 *
 * <p>On the wire: {@code base64url(claims) + "." + base64url(signature)}, the path last among the claims since it may hold anything.
 *
 * @param length of a part to be taken; null is to the end
 * @param nonce by which a used one is known
 */
public record TransferTicket(
        Direction direction,
        String sandboxId,
        Instant expiresAt,
        String nonce,
        @Nullable String user,
        long offset,
        @Nullable Long length,
        @Nullable FileMode mode,
        boolean overwrite,
        boolean createParents,
        String path) {

    private static final String KIND = "transfer";
    private static final int LONGEST = 32 << 10;
    private static final int CLAIMS = 12;
    private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();
    private static final Base64.Decoder DECODER = Base64.getUrlDecoder();

    /** Which way the bytes go. */
    public enum Direction {
        /** Out of the sandbox, by the name of the file. */
        DOWNLOAD,
        /** Out of the sandbox, as bytes of no type. */
        RAW,
        /** Into the sandbox. */
        UPLOAD
    }

    public String sign(PrivateKey key) {
        try {
            var payload = ENCODER.encodeToString(claims().getBytes(StandardCharsets.UTF_8));
            var signature = Signature.getInstance("Ed25519");
            signature.initSign(key);
            signature.update(payload.getBytes(StandardCharsets.US_ASCII));
            return payload + "." + ENCODER.encodeToString(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the signing key was accepted but does not sign", e);
        }
    }

    /** Empty for anything that this key did not sign. Its time may be over. */
    public static Optional<TransferTicket> verify(String token, PublicKey key) {
        var dot = token.indexOf('.');
        if (dot < 0 || token.length() > LONGEST) {
            return Optional.empty();
        }
        try {
            var payload = token.substring(0, dot);
            var signature = Signature.getInstance("Ed25519");
            signature.initVerify(key);
            signature.update(payload.getBytes(StandardCharsets.US_ASCII));
            return signature.verify(DECODER.decode(token.substring(dot + 1)))
                    ? parse(new String(DECODER.decode(payload), StandardCharsets.UTF_8))
                    : Optional.empty();
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private String claims() {
        return String.join(
                "|",
                KIND,
                direction.name(),
                sandboxId,
                Long.toString(expiresAt.toEpochMilli()),
                nonce,
                user == null ? "" : user,
                Long.toString(offset),
                length == null ? "" : length.toString(),
                mode == null ? "" : Integer.toString(mode.bits()),
                Boolean.toString(overwrite),
                Boolean.toString(createParents),
                path);
    }

    private static Optional<TransferTicket> parse(String claims) {
        var parts = claims.split("\\|", CLAIMS);
        if (parts.length != CLAIMS || !parts[0].equals(KIND)) {
            return Optional.empty();
        }
        return Optional.of(new TransferTicket(
                Direction.valueOf(parts[1]),
                parts[2],
                Instant.ofEpochMilli(Long.parseLong(parts[3])),
                parts[4],
                parts[5].isEmpty() ? null : parts[5],
                Long.parseLong(parts[6]),
                parts[7].isEmpty() ? null : Long.valueOf(parts[7]),
                parts[8].isEmpty() ? null : new FileMode(Integer.parseInt(parts[8])),
                Boolean.parseBoolean(parts[9]),
                Boolean.parseBoolean(parts[10]),
                parts[11]));
    }

    @Override
    public String toString() {
        return "TransferTicket[" + direction + ", " + sandboxId + "]"; // it is a credential
    }
}
