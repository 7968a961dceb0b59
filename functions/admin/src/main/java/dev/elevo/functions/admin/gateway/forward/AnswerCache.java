package dev.elevo.functions.admin.gateway.forward;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Answers that may be given again, the least used forgotten first. Only what nobody's secret is in. */
@Singleton
final class AnswerCache {
    private static final long MOST_BYTES = 32L << 20;
    /** Of one answer with all that is kept with it. */
    private static final int LARGEST = 1 << 20;
    /** What every answer costs beside its words. */
    private static final int OVERHEAD = 1024;
    /** By which the key tells answers apart. */
    private static final Set<String> KNOWN_VARIATIONS = Set.of("accept", "accept-encoding", "origin");

    private final LongSupplier ticker;
    private final Map<Key, Kept> kept = new LinkedHashMap<>(64, 0.75f, true);
    private long bytes;

    /**
     * What makes an answer another one.
     *
     * @param host by which the gateway was called, which the upstream is told: its links may lead there
     * @param caller whose answer it is; empty where it is everybody's
     */
    record Key(String route, String target, String accept, String encoding, String origin, String host, String caller) {
        long size() {
            return (long) route.length()
                    + target.length()
                    + accept.length()
                    + encoding.length()
                    + origin.length()
                    + host.length()
                    + caller.length();
        }
    }

    private record Kept(UpstreamAnswer answer, long until, long size) {}

    @Inject
    AnswerCache() {
        this(System::nanoTime);
    }

    AnswerCache(LongSupplier ticker) {
        this.ticker = ticker;
    }

    synchronized Optional<UpstreamAnswer> find(Key key) {
        var found = kept.get(key);
        if (found == null) {
            return Optional.empty();
        }
        if (found.until() - ticker.getAsLong() <= 0) {
            drop(key);
            return Optional.empty();
        }
        return Optional.of(found.answer());
    }

    synchronized void keep(Key key, UpstreamAnswer answer, Duration life) {
        var size = size(key, answer);
        if (size > LARGEST || !mayBeKept(answer)) {
            return;
        }
        drop(key);
        kept.put(key, new Kept(answer, ticker.getAsLong() + life.toNanos(), size));
        bytes += size;
        while (bytes > MOST_BYTES) {
            drop(kept.keySet().iterator().next());
        }
    }

    private static long size(Key key, UpstreamAnswer answer) {
        var headers = answer.headers().stream()
                .mapToLong(header -> header.name().length() + header.value().length())
                .sum();
        return OVERHEAD + key.size() + headers + answer.body().length;
    }

    static boolean mayBeKept(UpstreamAnswer answer) {
        if (answer.status() != 200) {
            return false;
        }
        for (var header : answer.headers()) {
            var value = header.value().toLowerCase(Locale.ROOT);
            switch (header.name().toLowerCase(Locale.ROOT)) {
                case "cache-control" -> {
                    if (value.contains("no-store") || value.contains("private")) {
                        return false;
                    }
                }
                case "set-cookie" -> {
                    return false;
                }
                case "vary" -> {
                    for (var name : value.split(",", -1)) {
                        if (!name.isBlank() && !KNOWN_VARIATIONS.contains(name.strip())) {
                            return false;
                        }
                    }
                }
                default -> {} // says nothing about it
            }
        }
        return true;
    }

    private void drop(@Nullable Key key) {
        var gone = kept.remove(key);
        if (gone != null) {
            bytes -= gone.size();
        }
    }
}
