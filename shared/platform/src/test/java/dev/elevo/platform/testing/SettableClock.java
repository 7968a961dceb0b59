package dev.elevo.platform.testing;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;

/** Time that passes when the test says so; like any other clock's it is finer than what is stored. */
public final class SettableClock implements InstantSource {
    private volatile Instant now = Instant.parse("2026-01-01T00:00:00.000123456Z");

    @Override
    public Instant instant() {
        return now;
    }

    /** As it is stored and told. */
    public Instant stored() {
        return now.truncatedTo(ChronoUnit.MILLIS);
    }

    public synchronized void advance(Duration by) {
        now = now.plus(by);
    }
}
