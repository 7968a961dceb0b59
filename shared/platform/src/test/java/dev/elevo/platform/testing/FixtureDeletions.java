package dev.elevo.platform.testing;

import io.micronaut.context.annotation.Requires;
import jakarta.inject.Singleton;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts how often the fixture has deleted something. */
@Singleton
@Requires(property = FixtureFunction.SWITCH)
public class FixtureDeletions {
    private final AtomicInteger made = new AtomicInteger();

    void add() {
        made.incrementAndGet();
    }

    public int made() {
        return made.get();
    }
}
