package dev.elevo.functions.admin.gateway.forward;

import dev.elevo.contract.Failure;
import dev.elevo.platform.limits.Decision;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * Sliding windows of a minute per route and caller, exact over all instances. Callers of one window that come together share one
 * write; a busy one is asked for a little ahead of need. Such a lease is good for a tenth of a second after the store has answered, and
 * for half of one after it was asked, which the window's extra seconds cover.
 */
@Singleton
final class RouteLimiter {
    private static final int MOST_REMEMBERED = 10_000;
    private static final long LEASE_NANOS = Duration.ofMillis(100).toNanos();
    private static final long OLDEST_LEASE_NANOS = Duration.ofMillis(500).toNanos();
    private static final int SHARE_AHEAD = 16;
    private static final int LEAST_USUAL = 10;

    private final WindowStore store;
    private final InstantSource clock;
    private final LongSupplier ticker;

    private final Map<String, Taker> takers = new LinkedHashMap<>(64, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Taker> eldest) {
            return size() > MOST_REMEMBERED;
        }
    };

    @Inject
    RouteLimiter(WindowStore store, InstantSource clock) {
        this(store, clock, System::nanoTime);
    }

    RouteLimiter(WindowStore store, InstantSource clock, LongSupplier ticker) {
        this.store = store;
        this.clock = clock;
        this.ticker = ticker;
    }

    /** Never lets anyone pass because it could not ask. */
    Decision take(String route, String caller, int perMinute) {
        var name = route + "#" + perMinute + "#" + caller;
        Taker taker;
        synchronized (takers) {
            taker = takers.computeIfAbsent(name, Taker::new);
        }
        try {
            return taker.take(perMinute);
        } catch (SdkException e) {
            throw new Failure.Unavailable("Limits cannot be checked", Duration.ofSeconds(1)).causedBy(e);
        }
    }

    /** What this instance knows of one window. */
    private final class Taker {
        private final String name;
        private final AtomicInteger waiting = new AtomicInteger();
        private WindowStore.@Nullable Taken seen;
        private int leased;
        private long askedAt;
        private long leasedAt;
        private long countingSince;
        private int counted;
        private int usual;

        Taker(String name) {
            this.name = name;
        }

        Decision take(int limit) {
            waiting.incrementAndGet();
            synchronized (this) {
                var others = waiting.decrementAndGet();
                var now = clock.instant().getEpochSecond();
                var asked = ticker.getAsLong();
                count(asked);
                if (leased > 0 && asked - leasedAt < LEASE_NANOS && asked - askedAt < OLDEST_LEASE_NANOS) {
                    leased--;
                    return decision(true, limit, now);
                }
                var known = seen;
                var left = known == null
                        ? limit
                        : limit - Window.of(known.window().text(), now).passed();
                var ahead = Math.min(aheadOfNeed(), Math.max(0, left) / SHARE_AHEAD);
                var taken = store.take(name, limit, 1 + others + ahead, now, known);
                seen = taken;
                askedAt = asked;
                leasedAt = ticker.getAsLong();
                leased = Math.max(0, taken.granted() - 1);
                return decision(taken.granted() > 0, limit, now);
            }
        }

        /** How many come in the time of a lease. */
        private void count(long now) {
            var age = now - countingSince;
            if (age >= LEASE_NANOS) {
                usual = age < 2 * LEASE_NANOS ? counted : 0;
                countingSince = now;
                counted = 0;
            }
            counted++;
        }

        /** What is not used is lost to the caller: few come too irregularly, and of many half are sure to come. */
        private int aheadOfNeed() {
            return usual < LEAST_USUAL ? 0 : usual / 2;
        }

        private Decision decision(boolean allowed, int limit, long now) {
            var window = seen == null ? Window.of("", now) : seen.window();
            var passed = window.passed();
            return new Decision(
                    allowed,
                    limit,
                    allowed ? Math.max(0, limit - passed) + leased : 0,
                    Instant.ofEpochSecond(Math.max(now, window.emptyAt())),
                    allowed || passed == 0 ? Duration.ZERO : Duration.ofSeconds(Math.max(1, window.nextAt() - now)));
        }
    }
}
