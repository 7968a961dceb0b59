package dev.elevo.platform.identity;

import jakarta.inject.Singleton;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Hashes of credentials this instance has seen valid. Whoever holds one is let to authentication although somebody else at
 * the same address has emptied the address's bucket. It opens nothing: authentication still decides.
 */
@Singleton
final class KnownCredentials {
    private static final int MOST = 10_000;

    private final Map<String, Boolean> hashes = new LinkedHashMap<>(256, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
            return size() > MOST;
        }
    };

    synchronized boolean contains(Credential.Presented credential) {
        return hashes.get(credential.sha256()) != null;
    }

    synchronized void add(Credential.Presented credential) {
        hashes.put(credential.sha256(), true);
    }

    synchronized void remove(Credential.Presented credential) {
        hashes.remove(credential.sha256());
    }
}
