package dev.elevo.agent.sandbox;

import dev.elevo.agent.metrics.Metrics;
import io.micronaut.context.annotation.Context;
import jakarta.annotation.PreDestroy;
import java.io.IOException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Records every ten seconds what each running sandbox uses. */
@Context
final class Sampler {
    private static final Logger LOG = LoggerFactory.getLogger(Sampler.class);
    private static final int PERIOD_SECONDS = 10;

    private final Residents residents;
    private final Locks locks;
    private final Metrics metrics;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("sampler").daemon().factory());

    private final Future<?> rounds;

    Sampler(Residents residents, Locks locks, Metrics metrics) {
        this.residents = residents;
        this.locks = locks;
        this.metrics = metrics;
        rounds = timer.scheduleAtFixedRate(this::sample, PERIOD_SECONDS, PERIOD_SECONDS, TimeUnit.SECONDS);
    }

    void sample() {
        for (var resident : residents.all()) {
            if (resident.isRunning()) {
                sample(resident.id());
            }
        }
    }

    /** Never while something is done to it: a record of one that is being deleted would be left behind. */
    private void sample(String id) {
        try {
            locks.ifFree(id, () -> {
                var measured = residents.measured(id).filter(sandbox -> !sandbox.frozen());
                if (measured.isPresent()) {
                    metrics.record(measured.get());
                }
                return id;
            });
        } catch (IOException | RuntimeException e) {
            LOG.warn("sandbox {} was not measured: {}", id, e.toString());
        }
    }

    @PreDestroy
    void stop() {
        rounds.cancel(false);
        timer.shutdown();
    }
}
