package dev.elevo.platform.testing;

import dev.elevo.platform.lambda.ScheduledTask;
import io.micronaut.context.annotation.Requires;
import jakarta.inject.Singleton;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts how often its schedule was due. */
@Singleton
@Requires(property = FixtureFunction.SWITCH)
public class FixtureTask implements ScheduledTask {
    private final AtomicInteger runs = new AtomicInteger();

    @Override
    public String name() {
        return "fixture";
    }

    @Override
    public void run() {
        runs.incrementAndGet();
    }

    public int runs() {
        return runs.get();
    }
}
