package dev.elevo.agent.sandbox;

import dev.elevo.agent.AgentConfiguration;
import dev.elevo.agent.driver.IsolationDriver;
import dev.elevo.agent.driver.Places;
import dev.elevo.agent.driver.ProcessId;
import dev.elevo.agent.driver.Slot;
import dev.elevo.contract.agent.SandboxSpec;
import dev.elevo.contract.sandbox.NetworkConfig;
import dev.elevo.contract.sandbox.Resources;
import io.micronaut.context.event.ApplicationEventListener;
import io.micronaut.runtime.server.event.ServerStartupEvent;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sandboxes of the usual shape, started before anybody asks. Nobody's record names them: what is left of them is debris. */
@Singleton
final class ReadySandboxes implements ApplicationEventListener<ServerStartupEvent> {
    private static final Logger LOG = LoggerFactory.getLogger(ReadySandboxes.class);
    private static final long QUIET_NANOS = 15_000_000;

    /** Who starts an agent mostly starts more, and needs the machine for it. */
    private static final long SECONDS_AFTER_START = 5;

    private static final SandboxSpec USUAL = new SandboxSpec(
            "ready",
            "base",
            Map.of(),
            "/home/user",
            "user",
            "/bin/bash",
            Resources.DEFAULT,
            NetworkConfig.DEFAULT,
            List.of(),
            null,
            null);

    private static final Duration LOOK = Duration.ofMinutes(1);

    private final Demand demand;
    private final IsolationDriver driver;
    private final Places places;
    private final ConcurrentLinkedQueue<Started> ready = new ConcurrentLinkedQueue<>();
    private final ScheduledThreadPoolExecutor maker = new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().name("ready-sandboxes").daemon().factory());
    private volatile long takenAt = System.nanoTime() - QUIET_NANOS;

    /** A slot whose helper runs. */
    record Started(Slot slot, ProcessId process) {}

    @Inject
    ReadySandboxes(AgentConfiguration configuration, IsolationDriver driver, Places places) {
        this(new Demand(configuration.readySandboxes(), InstantSource.system()), driver, places);
    }

    ReadySandboxes(Demand demand, IsolationDriver driver, Places places) {
        this.demand = demand;
        this.driver = driver;
        this.places = places;
        maker.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        var _ = maker.scheduleWithFixedDelay(this::removeSurplus, LOOK.toNanos(), LOOK.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** One that can serve the spec and has its limits, if there is one. */
    Optional<Started> take(SandboxSpec spec) {
        if (!isUsual(spec)) {
            return Optional.empty();
        }
        demand.taken();
        takenAt = System.nanoTime();
        stockUp();
        for (var started = ready.poll(); started != null; started = ready.poll()) {
            if (fits(started, spec)) {
                return Optional.of(started);
            }
            removeQuietly(started.slot());
        }
        return Optional.empty();
    }

    /** Nothing is mounted into what runs already, and its disk is empty. */
    private boolean isUsual(SandboxSpec spec) {
        return driver.sameShape(USUAL, spec) && spec.mounts().isEmpty() && spec.snapshot() == null;
    }

    private boolean fits(Started started, SandboxSpec spec) {
        try {
            if (started.process().alive() && !spec.resources().equals(USUAL.resources())) {
                driver.resize(started.slot(), spec.resources());
            }
            if (started.process().alive() && !spec.network().equals(USUAL.network())) {
                driver.connect(started.slot(), spec.network());
            }
            return started.process().alive();
        } catch (IOException | RuntimeException e) {
            LOG.warn("a sandbox made ahead of need cannot be made another", e);
            return false;
        }
    }

    /** One of the usual shape, however it was begun. */
    void ended(SandboxSpec spec) {
        if (isUsual(spec)) {
            demand.ended();
        }
    }

    /** Not before, and then after a while: an agent that is ended while it still starts takes nothing away. */
    @Override
    public void onApplicationEvent(ServerStartupEvent event) {
        stockUpAfter(TimeUnit.SECONDS.toNanos(SECONDS_AFTER_START));
    }

    void stockUp() {
        stockUpAfter(QUIET_NANOS);
    }

    private void stockUpAfter(long nanos) {
        try {
            var _ = maker.schedule(this::makeWhileQuiet, nanos, TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException closing) {
            LOG.debug("no more sandboxes ahead of need: the agent ends");
        }
    }

    /** Whoever took one runs something in it now, and should not have to share the machine with the making of the next. */
    private void makeWhileQuiet() {
        while (isQuiet()) {
            if (ready.size() >= demand.wanted()) {
                demand.allReady();
                return;
            }
            if (!driver.hasRoom() || !make()) {
                return;
            }
        }
    }

    private boolean isQuiet() {
        return System.nanoTime() - takenAt >= QUIET_NANOS && !maker.isShutdown();
    }

    /** Somebody may want them while they go. */
    void removeSurplus() {
        while (isQuiet() && ready.size() > demand.wanted()) {
            Optional.ofNullable(ready.poll()).ifPresent(started -> removeQuietly(started.slot()));
        }
    }

    private boolean make() {
        Slot slot;
        try {
            slot = places.fresh();
        } catch (IOException e) {
            LOG.warn("no place for a sandbox ahead of need: {}", e.getMessage());
            return false;
        }
        try {
            ready.add(new Started(slot, driver.start(slot, USUAL)));
            return true;
        } catch (IOException | RuntimeException e) {
            // Whoever creates one next tries for himself, and is told.
            LOG.warn("no sandbox ahead of need", e);
            removeQuietly(slot);
            return false;
        }
    }

    private void removeQuietly(Slot slot) {
        try {
            driver.remove(slot);
        } catch (IOException | RuntimeException e) {
            LOG.warn("slot {} stays until the next start", slot.name(), e);
        }
    }

    @PreDestroy
    void close() {
        maker.close();
        // After a rush they are many, and whoever ends an agent does not wait for ever.
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var next = ready.poll(); next != null; next = ready.poll()) {
                var slot = next.slot();
                threads.execute(() -> removeQuietly(slot));
            }
        }
    }
}
