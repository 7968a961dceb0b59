package dev.elevo.platform.testing;

import dev.elevo.platform.identity.ApiKey;
import dev.elevo.platform.identity.ApiKeyStore;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** API keys by hash, and how often they were asked for. */
public final class InMemoryKeys implements ApiKeyStore {
    private final Map<String, ApiKey> keys = new ConcurrentHashMap<>();
    private final AtomicInteger lookups = new AtomicInteger();

    @Override
    public Optional<ApiKey> find(String sha256) {
        lookups.incrementAndGet();
        return Optional.ofNullable(keys.get(sha256));
    }

    public void put(String key, ApiKey stored) {
        keys.put(Events.sha256(key), stored);
    }

    public int lookups() {
        return lookups.get();
    }
}
