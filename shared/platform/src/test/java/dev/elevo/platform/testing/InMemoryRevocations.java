package dev.elevo.platform.testing;

import dev.elevo.platform.identity.RevokedTokens;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Revoked JWT ids. */
public final class InMemoryRevocations implements RevokedTokens {
    private final Set<String> revoked = ConcurrentHashMap.newKeySet();

    @Override
    public boolean contains(String jti) {
        return revoked.contains(jti);
    }

    public void add(String jti) {
        revoked.add(jti);
    }
}
