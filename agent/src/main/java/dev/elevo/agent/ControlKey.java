package dev.elevo.agent;

import jakarta.inject.Singleton;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** By which the control plane is known. A guest learns it once; until then it obeys nobody. */
@Singleton
public final class ControlKey {
    private volatile @Nullable PublicKey key;

    public ControlKey(AgentConfiguration configuration) throws GeneralSecurityException {
        if (!configuration.publicKey().isEmpty()) {
            key = parse(configuration.publicKey());
        } else if (!configuration.isGuest()) {
            throw new IllegalStateException("ELEVO_AGENT_PUBLIC_KEY says whose calls to obey, and is not set");
        }
    }

    /** Ed25519, X.509, base64. */
    public static PublicKey parse(String text) throws GeneralSecurityException {
        return KeyFactory.getInstance("Ed25519")
                .generatePublic(new X509EncodedKeySpec(Base64.getDecoder().decode(text)));
    }

    public Optional<PublicKey> get() {
        return Optional.ofNullable(key);
    }

    public void learn(PublicKey learned) {
        if (key != null) {
            throw new IllegalStateException("the control plane is known already");
        }
        key = learned;
    }
}
