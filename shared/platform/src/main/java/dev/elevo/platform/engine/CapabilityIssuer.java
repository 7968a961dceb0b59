package dev.elevo.platform.engine;

import dev.elevo.contract.agent.Capability;
import dev.elevo.contract.agent.Operation;
import io.micronaut.context.exceptions.ConfigurationException;
import jakarta.inject.Singleton;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** Signs capability tokens and uses each for half its life, since a signature costs more than the rest of a short call. */
@Singleton
final class CapabilityIssuer {
    static final Duration LIFE = Duration.ofMinutes(5);
    private static final int MOST_KEPT = 10_000;

    private final PrivateKey key;
    private final InstantSource clock;
    private final ConcurrentMap<Right, Issued> issued = new ConcurrentHashMap<>();

    CapabilityIssuer(AgentConfiguration configuration, InstantSource clock) {
        this.key = read(configuration);
        this.clock = clock;
    }

    /** A token that is good for at least half its life. */
    String token(String sandboxId, Operation operation) {
        var right = new Right(sandboxId, operation);
        var now = clock.instant();
        var current = issued.get(right);
        if (current == null || !now.isBefore(current.renewAt())) {
            forgetOld(now);
            current = issue(right, now);
            issued.put(right, current);
        }
        return current.token();
    }

    private Issued issue(Right right, Instant now) {
        try {
            var capability = new Capability(right.sandboxId(), Set.of(right.operation()), now.plus(LIFE));
            return new Issued(capability.sign(key), now.plus(LIFE.dividedBy(2)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the signing key was accepted but does not sign", e);
        }
    }

    private void forgetOld(Instant now) {
        if (issued.size() >= MOST_KEPT) {
            issued.values().removeIf(token -> !now.isBefore(token.renewAt()));
        }
        // Still full of good ones: signing anew is cheaper than a list that grows without end.
        if (issued.size() >= MOST_KEPT) {
            issued.clear();
        }
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

    private record Right(String sandboxId, Operation operation) {}

    private record Issued(String token, Instant renewAt) {}
}
