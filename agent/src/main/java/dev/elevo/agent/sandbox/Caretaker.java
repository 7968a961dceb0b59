package dev.elevo.agent.sandbox;

import io.micronaut.context.annotation.Context;
import jakarta.annotation.PreDestroy;
import java.time.Instant;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks at all sandboxes twice a second: the kernel tells nobody but a parent that a process ended. */
@Context
final class Caretaker {
    private static final Logger LOG = LoggerFactory.getLogger(Caretaker.class);
    private static final long PERIOD_MILLIS = 500;

    private final Sandboxes sandboxes;
    private final RestoredDisks restored;
    private final Suspension suspension;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("caretaker").daemon().factory());

    private final Future<?> round;

    Caretaker(Sandboxes sandboxes, RestoredDisks restored, Suspension suspension) {
        this.sandboxes = sandboxes;
        this.restored = restored;
        this.suspension = suspension;
        round = timer.scheduleWithFixedDelay(this::look, PERIOD_MILLIS, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** A round that fails must not be the last. */
    private void look() {
        try {
            var now = Instant.now();
            if (!suspension.isOn(now)) {
                sandboxes.look(now);
                restored.dropUnused(now);
            }
        } catch (RuntimeException e) {
            LOG.error("looking after the sandboxes failed", e);
        }
    }

    @PreDestroy
    void stop() {
        round.cancel(false);
        timer.shutdown();
    }
}
