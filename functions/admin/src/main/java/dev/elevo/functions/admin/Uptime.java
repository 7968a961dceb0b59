package dev.elevo.functions.admin;

import io.micronaut.http.annotation.Filter;
import io.micronaut.http.annotation.RequestFilter;
import io.micronaut.http.annotation.ServerFilter;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Since when there are answers: from the first request on. Instances that were thawed from one snapshot have not run since it was made. */
@ServerFilter(Filter.MATCH_ALL_PATTERN)
class Uptime {
    private final InstantSource clock;
    private final AtomicReference<@Nullable Instant> begun = new AtomicReference<>();

    Uptime(InstantSource clock) {
        this.clock = clock;
    }

    @RequestFilter
    void begin() {
        if (begun.get() == null) {
            begun.compareAndSet(null, clock.instant());
        }
    }

    Duration until(Instant now) {
        return Duration.between(Objects.requireNonNullElse(begun.get(), now), now);
    }
}
