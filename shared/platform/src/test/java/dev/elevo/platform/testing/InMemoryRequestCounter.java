package dev.elevo.platform.testing;

import dev.elevo.platform.metrics.RequestCounter;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** How many requests of each kind were answered. */
public final class InMemoryRequestCounter implements RequestCounter {
    private final Map<Series, Integer> counts = new ConcurrentHashMap<>();

    @Override
    public void count(Series series, long nanos) {
        counts.merge(series, 1, Integer::sum);
    }

    public Map<Series, Integer> counts() {
        return Map.copyOf(counts);
    }
}
