package dev.elevo.functions.admin.gateway;

import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Anybody may ask as often as they like; the table is asked once a second, and for hours that are over once in a while: an instance that
 * stood still may add to them late.
 */
@Singleton
class KnownTraffic {
    private static final Duration REACH = Duration.ofDays(7).plusHours(1);
    private static final Duration OPEN = Duration.ofHours(1);
    private static final long LIFE_NANOS = Duration.ofSeconds(1).toNanos();
    private static final long LIFE_OF_THE_PAST_NANOS = Duration.ofMinutes(1).toNanos();

    private final Traffic traffic;
    private final InstantSource clock;
    private @Nullable Known known;
    private long askedAt;
    private List<Traffic.Hour> past = List.of();
    private @Nullable Instant pastUntil;
    private long pastAskedAt;

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
            var open = clock.instant().minus(OPEN).truncatedTo(ChronoUnit.HOURS);
            var hours = new ArrayList<>(past(open));
            hours.addAll(traffic.between(open, null));
            all = new Known(hours, traffic.totals());
            known = all;
            askedAt = System.nanoTime();
        }
        return all;
    }

    private List<Traffic.Hour> past(Instant until) {
        if (!until.equals(pastUntil) || System.nanoTime() - pastAskedAt > LIFE_OF_THE_PAST_NANOS) {
            past = traffic.between(clock.instant().minus(REACH), until);
            pastUntil = until;
            pastAskedAt = System.nanoTime();
        }
        return past;
    }
}
