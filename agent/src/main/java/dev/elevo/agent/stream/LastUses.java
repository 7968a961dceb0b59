package dev.elevo.agent.stream;

import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** When somebody last used each sandbox by a way that leads past the functions, which note every other use. */
@Singleton
public final class LastUses {
    private final Map<String, Instant> uses = new ConcurrentHashMap<>();
    private final InstantSource clock = InstantSource.system();

    /** Just now. */
    public void note(String sandboxId) {
        uses.put(sandboxId, clock.instant());
    }

    public @Nullable Instant of(String sandboxId) {
        return uses.get(sandboxId);
    }

    public void forget(String sandboxId) {
        uses.remove(sandboxId);
    }
}
