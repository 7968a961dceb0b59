package dev.elevo.platform.dynamo;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Remembers what was looked up, also that nothing was found, for a moment: as long as a change of it may take to arrive. */
public final class Briefly<V> {
    private static final int MOST_REMEMBERED = 10_000;

    private final Duration life;
    private final InstantSource clock;
    private final Map<String, Remembered<V>> remembered = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Remembered<V>> eldest) {
            return size() > MOST_REMEMBERED;
        }
    };

    private record Remembered<V>(V value, Instant until) {}

    public Briefly(Duration life, InstantSource clock) {
        this.life = life;
        this.clock = clock;
    }

    public V get(String name, Function<String, V> lookup) {
        var known = find(name);
        if (known != null) {
            return known;
        }
        var asked = clock.instant();
        var found = lookup.apply(name);
        put(name, found, asked);
        return found;
    }

    public @Nullable V find(String name) {
        synchronized (remembered) {
            var known = remembered.get(name);
            return known != null && clock.instant().isBefore(known.until()) ? known.value() : null;
        }
    }

    /**
     * As it was when it was asked for.
     *
     * @param asked when: the answer may be as old as the question
     */
    public void put(String name, V value, Instant asked) {
        synchronized (remembered) {
            // Behind all others, so that the eldest is the first to go.
            remembered.remove(name);
            remembered.put(name, new Remembered<>(value, asked.plus(life)));
        }
    }

    public void forget(String name) {
        synchronized (remembered) {
            remembered.remove(name);
        }
    }
}
