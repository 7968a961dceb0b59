package dev.elevo.contract.agent;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.time.Instant;
import java.util.Base64;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The right to do some operations on one sandbox for a short time. Either signed by the control plane with Ed25519, of which the
 * agent holds the public key only, or sealed with the {@link SandboxSecret}, which is a hundred times quicker: in both cases
 * whoever takes over a host cannot make tokens for another.
 *
 * <p>On the wire: {@code base64url(sandbox|operations|expiry millis) + "." + base64url(signature)}; a sealed one has a tilde for
 * the dot.
 */
public record Capability(String sandboxId, Set<Operation> operations, Instant expiresAt) {
    /** In the place of a sandbox id: the host itself. */
    public static final String HOST = "host";

    private static final char SIGNED = '.';
    private static final char SEALED = '~';
    private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();
    private static final Base64.Decoder DECODER = Base64.getUrlDecoder();

    public Capability {
        operations = Set.copyOf(operations);
    }

    public boolean allows(String sandbox, Operation operation, Instant now) {
        return sandboxId.equals(sandbox) && operations.contains(operation) && now.isBefore(expiresAt);
    }

    public String seal(SandboxSecret secret) {
        var payload = payload();
        return payload + SEALED + ENCODER.encodeToString(secret.prove(payload));
    }

    public static boolean isSealed(String token) {
        return token.indexOf(SEALED) >= 0;
    }

    /** Empty for anything that was not sealed with this secret. Expiry is judged by {@link #allows}. */
    public static Optional<Capability> open(String token, SandboxSecret secret) {
        return read(token, SEALED, (payload, proof) -> MessageDigest.isEqual(secret.prove(payload), proof));
    }

    public String sign(PrivateKey key) throws GeneralSecurityException {
        var payload = payload();
        var signature = Signature.getInstance("Ed25519");
        signature.initSign(key);
        signature.update(payload.getBytes(StandardCharsets.US_ASCII));
        return payload + SIGNED + ENCODER.encodeToString(signature.sign());
    }

    /** Empty for anything that this key did not sign. Expiry is judged by {@link #allows}. */
    public static Optional<Capability> verify(String token, PublicKey key) {
        return read(token, SIGNED, (payload, proof) -> {
            var signature = Signature.getInstance("Ed25519");
            signature.initVerify(key);
            signature.update(payload.getBytes(StandardCharsets.US_ASCII));
            return signature.verify(proof);
        });
    }

    private interface Proof {
        boolean holds(String payload, byte[] proof) throws GeneralSecurityException;
    }

    private static Optional<Capability> read(String token, char separator, Proof check) {
        var end = token.indexOf(separator);
        if (end < 0) {
            return Optional.empty();
        }
        try {
            var payload = token.substring(0, end);
            return check.holds(payload, DECODER.decode(token.substring(end + 1)))
                    ? Optional.of(parse(new String(DECODER.decode(payload), StandardCharsets.UTF_8)))
                    : Optional.empty();
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private String payload() {
        var claims = sandboxId + "|"
                + operations.stream().sorted().map(Enum::name).collect(Collectors.joining(",")) + "|"
                + expiresAt.toEpochMilli();
        return ENCODER.encodeToString(claims.getBytes(StandardCharsets.UTF_8));
    }

    private static Capability parse(String claims) {
        var parts = claims.split("\\|", -1);
        if (parts.length != 3) {
            throw new IllegalArgumentException("not the claims of a capability");
        }
        var operations = EnumSet.noneOf(Operation.class);
        for (var name : parts[1].split(",")) {
            operations.add(Operation.valueOf(name));
        }
        return new Capability(parts[0], operations, Instant.ofEpochMilli(Long.parseLong(parts[2])));
    }
}
