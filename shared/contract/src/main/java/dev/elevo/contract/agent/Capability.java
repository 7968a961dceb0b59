package dev.elevo.contract.agent;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
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
 * The right to do some operations on one sandbox for a short time, signed by the control plane with Ed25519. The agent holds
 * the public key only: whoever takes over a host cannot make tokens for another.
 *
 * <p>On the wire: {@code base64url(sandbox|operations|expiry millis) + "." + base64url(signature)}.
 */
public record Capability(String sandboxId, Set<Operation> operations, Instant expiresAt) {
    /** In the place of a sandbox id: the host itself. */
    public static final String HOST = "host";

    private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();
    private static final Base64.Decoder DECODER = Base64.getUrlDecoder();

    public Capability {
        operations = Set.copyOf(operations);
    }

    public boolean allows(String sandbox, Operation operation, Instant now) {
        return sandboxId.equals(sandbox) && operations.contains(operation) && now.isBefore(expiresAt);
    }

    public String sign(PrivateKey key) throws GeneralSecurityException {
        var claims = sandboxId + "|"
                + operations.stream().sorted().map(Enum::name).collect(Collectors.joining(",")) + "|"
                + expiresAt.toEpochMilli();
        var payload = ENCODER.encodeToString(claims.getBytes(StandardCharsets.UTF_8));
        var signature = Signature.getInstance("Ed25519");
        signature.initSign(key);
        signature.update(payload.getBytes(StandardCharsets.US_ASCII));
        return payload + "." + ENCODER.encodeToString(signature.sign());
    }

    /** Empty for anything that this key did not sign. Expiry is judged by {@link #allows}. */
    public static Optional<Capability> verify(String token, PublicKey key) {
        var dot = token.indexOf('.');
        if (dot < 0) {
            return Optional.empty();
        }
        try {
            var payload = token.substring(0, dot);
            var signature = Signature.getInstance("Ed25519");
            signature.initVerify(key);
            signature.update(payload.getBytes(StandardCharsets.US_ASCII));
            if (!signature.verify(DECODER.decode(token.substring(dot + 1)))) {
                return Optional.empty();
            }
            return Optional.of(parse(new String(DECODER.decode(payload), StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            return Optional.empty();
        }
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
