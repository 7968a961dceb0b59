package dev.elevo.platform.limits;

import java.util.HashMap;
import java.util.Map;

/** Held to the same contract as the one on DynamoDB; thousands of times faster, and it counts the calls. */
final class InMemoryBucketStore implements BucketStore {
    private final Map<BucketKey, Long> fullAt = new HashMap<>();
    private int calls;

    @Override
    public synchronized Taken take(BucketKey key, Terms terms, int wanted, long seen, long now) {
        calls++;
        var full = fullAt(key);
        var tokens = Math.min(wanted, terms.tokens(full, now));
        if (tokens > 0) {
            full = Math.max(full, now) + tokens * terms.interval();
            fullAt.put(key, full);
        }
        return new Taken(tokens, full);
    }

    @Override
    public synchronized long fullAt(BucketKey key) {
        return fullAt.getOrDefault(key, 0L);
    }

    synchronized int calls() {
        return calls;
    }
}
