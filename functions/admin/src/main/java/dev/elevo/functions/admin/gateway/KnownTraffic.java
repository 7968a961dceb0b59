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
    private @Nullable List<Traffic.Hour> known;
    private long askedAt;

    KnownTraffic(Traffic traffic, InstantSource clock) {
        this.traffic = traffic;
        this.clock = clock;
    }

    synchronized List<Traffic.Hour> all() {
        var hours = known;
        if (hours == null || System.nanoTime() - askedAt > LIFE_NANOS) {
            hours = List.copyOf(traffic.since(clock.instant().minus(REACH)));
            known = hours;
            askedAt = System.nanoTime();
        }
        return hours;
    }
}
