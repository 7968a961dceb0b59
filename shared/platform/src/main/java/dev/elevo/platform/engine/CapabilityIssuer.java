package dev.elevo.platform.engine;

import dev.elevo.contract.agent.Capability;
import dev.elevo.contract.agent.Operation;
import dev.elevo.contract.agent.SandboxSecret;
import dev.elevo.contract.agent.TransferTicket;
import io.micronaut.context.exceptions.ConfigurationException;
import jakarta.inject.Singleton;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.interfaces.EdECPrivateKey;
import java.security.spec.NamedParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Makes capability tokens. One for a sandbox is sealed with its secret; one for the host is signed, and used for half its life,
 * since a signature costs more than the rest of a short call.
 */
@Singleton
final class CapabilityIssuer {
    static final Duration LIFE = Duration.ofMinutes(5);

    private final PrivateKey key;
    private final String publicKey;
    private final InstantSource clock;
    private final Map<Operation, Issued> forHost = new ConcurrentHashMap<>();

    CapabilityIssuer(AgentConfiguration configuration, InstantSource clock) {
        this.key = read(configuration);
        this.publicKey = otherHalf(key);
        this.clock = clock;
    }

    /** What the host is told when it makes the sandbox. */
    SandboxSecret secret(String sandboxId) {
        return SandboxSecret.derive(key, sandboxId);
    }

    /** The other half of the key, by which agents know our words: X.509, base64. */
    String publicKey() {
        return publicKey;
    }

    private static String otherHalf(PrivateKey key) {
        var seed = ((EdECPrivateKey) key).getBytes().orElseThrow();
        try {
            var pairs = KeyPairGenerator.getInstance("Ed25519");
            // A pair is made of its private bytes, which are random otherwise.
            pairs.initialize(NamedParameterSpec.ED25519, new SecureRandom() {
                private static final long serialVersionUID = 1;

                @Override
                public void nextBytes(byte[] bytes) {
                    System.arraycopy(seed, 0, bytes, 0, bytes.length);
                }
            });
            return Base64.getEncoder()
                    .encodeToString(pairs.generateKeyPair().getPublic().getEncoded());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has Ed25519", e);
        }
    }

    /** A token that is good for at least half its life. */
    String token(String sandboxId, Operation operation) {
        if (!sandboxId.equals(Capability.HOST)) {
            return capability(sandboxId, operation).seal(secret(sandboxId));
        }
        var current = forHost.get(operation);
        if (current == null || !clock.instant().isBefore(current.renewAt())) {
            current = new Issued(signed(sandboxId, operation), clock.instant().plus(LIFE.dividedBy(2)));
            forHost.put(operation, current);
        }
        return current.token();
    }

    /** For a host that does not know the sandbox's secret, or not this one: it was told by an older key. */
    String signed(String sandboxId, Operation operation) {
        try {
            return capability(sandboxId, operation).sign(key);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the signing key was accepted but does not sign", e);
        }
    }

    String sign(TransferTicket ticket) {
        return ticket.sign(key);
    }

    private Capability capability(String sandboxId, Operation operation) {
        return new Capability(sandboxId, Set.of(operation), clock.instant().plus(LIFE));
    }

    private static PrivateKey read(AgentConfiguration configuration) {
        var text = configuration.signingKey();
        if (text == null || text.isBlank()) {
            throw new ConfigurationException("ELEVO_AGENT_SIGNING_KEY is not set: no agent would listen");
        }
        try {
            var spec = new PKCS8EncodedKeySpec(Base64.getDecoder().decode(text.strip()));
            return KeyFactory.getInstance("Ed25519").generatePrivate(spec);
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new ConfigurationException("ELEVO_AGENT_SIGNING_KEY is no Ed25519 key in PKCS #8 and base64", e);
        }
    }

    private record Issued(String token, Instant renewAt) {}
}
