package dev.elevo.functions.admin.gateway;

import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Anybody may ask as often as they like; the table is asked once a second. */
@Singleton
class KnownTraffic {
    private static final Duration REACH = Duration.ofDays(7).plusHours(1);
    private static final long LIFE_NANOS = Duration.ofSeconds(1).toNanos();

    private final Traffic traffic;
    private final InstantSource clock;
    private @Nullable Known known;
    private long askedAt;

    /** As it was when it was asked for. */
    record Known(List<Traffic.Hour> hours, List<Traffic.Total> totals) {
        Known {
            hours = List.copyOf(hours);
            totals = List.copyOf(totals);
        }
    }

    KnownTraffic(Traffic traffic, InstantSource clock) {
        this.traffic = traffic;
        this.clock = clock;
    }

    synchronized Known all() {
        var all = known;
        if (all == null || System.nanoTime() - askedAt > LIFE_NANOS) {
            all = new Known(traffic.since(clock.instant().minus(REACH)), traffic.totals());
            known = all;
            askedAt = System.nanoTime();
        }
        return all;
    }
}
