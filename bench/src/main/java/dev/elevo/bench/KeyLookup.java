package dev.elevo.bench;

import dev.elevo.contract.Ids;
import dev.elevo.platform.identity.ApiKey;
import dev.elevo.platform.identity.RateLimits;
import dev.elevo.platform.keys.DynamoApiKeyStore;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;

/** From the hash of a key to what the table knows of it; what an instance remembers is in {@link HotPath}. */
final class KeyLookup implements Benchmark {
    private static final int KEYS = 6000;
    private static final int WARM_UP = 2000;
    private static final int CALLERS = 8;

    @Override
    public String name() {
        return "keys";
    }

    @Override
    public List<Line> run() throws Exception {
        try (var scratch = new Scratch(name());
                var state = new StateServer(scratch);
                var area = new OneArea(state)) {
            var store = area.bean(DynamoApiKeyStore.class);
            var known = make(store);
            return List.of(fromTheTable(store, known));
        }
    }

    private record Known(String sha256, String keyId) {}

    private static List<Known> make(DynamoApiKeyStore store) throws Exception {
        var known = IntStream.range(0, KEYS)
                .mapToObj(i -> new Known("%064x".formatted(i), Ids.KEY.random()))
                .toList();
        try (var threads = Executors.newFixedThreadPool(CALLERS)) {
            var calls = known.stream()
                    .<Callable<Void>>map(key -> () -> {
                        store.save(
                                key.sha256(),
                                new ApiKey(key.keyId(), "bench", "ann", List.of("*"), null, false, RateLimits.NONE),
                                1);
                        return null;
                    })
                    .toList();
            for (var done : threads.invokeAll(calls)) {
                done.get();
            }
        }
        return known;
    }

    private static Line fromTheTable(DynamoApiKeyStore store, List<Known> known) {
        var milliseconds = new ArrayList<Double>();
        for (int i = 1; i < known.size(); i++) {
            var start = System.nanoTime();
            find(store, known.get(i));
            var nanos = System.nanoTime() - start;
            if (i > WARM_UP) {
                milliseconds.add(nanos / 1e6);
            }
        }
        var times = Quantiles.of(milliseconds);
        return new Line.Plain(
                "key lookup, from the table", "ms", times.median(), times.at(0.1), times.at(0.9), Target.atMost(5, 5));
    }

    private static void find(DynamoApiKeyStore store, Known key) {
        var found = store.find(key.sha256());
        if (found.isEmpty() || !found.get().keyId().equals(key.keyId())) {
            throw new WrongReply("found " + found + " instead of " + key);
        }
    }
}
