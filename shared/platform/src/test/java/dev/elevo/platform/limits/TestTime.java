package dev.elevo.platform.limits;

import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.atomic.AtomicLong;

/** A wall clock and a ticker that advance together, to the microsecond, when the test says so. */
final class TestTime implements InstantSource {
    private final AtomicLong micros = new AtomicLong(1_767_225_600_000_000L);

    @Override
    public Instant instant() {
        return Instant.EPOCH.plus(micros.get(), ChronoUnit.MICROS);
    }

    long nanos() {
        return micros.get() * 1000;
    }

    long micros() {
        return micros.get();
    }

    void advance(long byMicros) {
        micros.addAndGet(byMicros);
    }
}
