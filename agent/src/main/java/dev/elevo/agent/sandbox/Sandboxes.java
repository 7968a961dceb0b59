package dev.elevo.agent.sandbox;

import dev.elevo.agent.driver.IsolationDriver;
import dev.elevo.agent.health.HealthChecks;
import dev.elevo.agent.metrics.Metrics;
import dev.elevo.agent.process.Processes;
import dev.elevo.agent.stream.LastUses;
import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import dev.elevo.contract.Ids;
import dev.elevo.contract.agent.Deadline;
import dev.elevo.contract.agent.Forks;
import dev.elevo.contract.agent.HostInfo;
import dev.elevo.contract.agent.MetricsQuery;
import dev.elevo.contract.agent.SandboxAgent;
import dev.elevo.contract.agent.SandboxSecret;
import dev.elevo.contract.agent.SandboxSpec;
import dev.elevo.contract.agent.SandboxStatus;
import dev.elevo.contract.agent.StopSandbox;
import dev.elevo.contract.sandbox.EndReason;
import dev.elevo.contract.sandbox.NetworkConfig;
import dev.elevo.contract.sandbox.SandboxMetrics;
import dev.elevo.contract.sandbox.SandboxState;
import io.micronaut.context.annotation.Value;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes, stops and removes the sandboxes of this host. */
@Singleton
public final class Sandboxes implements SandboxAgent {
    private static final Logger LOG = LoggerFactory.getLogger(Sandboxes.class);
    private static final int SIGTERM = 15;
    private static final int DRAIN_GRACE_MILLIS = 3000;

    private final Residents residents;
    private final Lives lives;
    private final Forking forking;
    private final Locks locks;
    private final IsolationDriver driver;
    private final Processes processes;
    private final HealthChecks health;
    private final Metrics metrics;
    private final LastUses uses;
    private final Mounting mounting;
    private final String version;

    Sandboxes(
            Residents residents,
            Lives lives,
            Homecoming homecoming,
            Forking forking,
            Locks locks,
            IsolationDriver driver,
            Processes processes,
            HealthChecks health,
            Metrics metrics,
            LastUses uses,
            Mounting mounting,
            @Value("${elevo.version:dev}") String version)
            throws IOException {
        this.residents = residents;
        this.lives = lives;
        this.forking = forking;
        this.locks = locks;
        this.driver = driver;
        this.processes = processes;
        this.health = health;
        this.metrics = metrics;
        this.uses = uses;
        this.mounting = mounting;
        this.version = version;
        homecoming.recover();
    }

    @Override
    public SandboxStatus create(SandboxSpec spec) {
        return create(spec, null);
    }

    /** One that is there stays as it is, its secret too. */
    public SandboxStatus create(SandboxSpec spec, @Nullable SandboxSecret secret) {
        return locks.holding(spec.id(), () -> {
            var existing = residents.get(spec.id());
            if (existing.isPresent() && existing.get().phase() != Phase.STARTING) {
                return status(existing.get());
            }
            // Whoever was starting one held the lock: it was left half made.
            existing.ifPresent(lives::remove);
            Acceptance.check(spec, driver);
            return status(mounting.holding(spec, () -> lives.begin(spec, secret)));
        });
    }

    @Override
    public List<SandboxStatus> fork(String sandboxId, List<SandboxSpec> forks) {
        return fork(sandboxId, new Forks(forks, Map.of()));
    }

    public List<SandboxStatus> fork(String sandboxId, Forks forks) {
        return forking.fork(sandboxId, forks).stream().map(this::status).toList();
    }

    @Override
    public List<SandboxStatus> list() {
        return residents.all().stream().map(this::status).toList();
    }

    @Override
    public SandboxStatus get(String sandboxId) {
        return status(residents.require(sandboxId));
    }

    @Override
    public SandboxStatus start(String sandboxId, Deadline deadline) {
        return locks.holding(sandboxId, () -> {
            var now = lives.settle(residents.require(sandboxId), Instant.now());
            return status(
                    switch (now.phase()) {
                        case RUNNING, PAUSED -> now;
                        // A start again that is not under way was left half done.
                        case ENDED, STARTING_AGAIN ->
                            mounting.holding(now.spec(), () -> lives.beginAgain(now, deadline));
                        case STARTING -> throw inThisState(now, "start");
                    });
        });
    }

    /**
     * One that is paused gets no grace: what is frozen does not hear a signal, and to thaw it would let it run where everybody takes
     * it for paused, and no deadline holds. Whoever wants it to end by itself resumes it first.
     */
    @Override
    public SandboxStatus stop(String sandboxId, StopSandbox how) {
        var asked = residents.require(sandboxId);
        // Without the lock: who deletes by force must not wait for the grace of somebody's stop.
        if (asked.isRunning() && how.graceMs() > 0) {
            askToEnd(sandboxId, Duration.ofMillis(how.graceMs()));
        }
        return locks.holding(sandboxId, () -> {
            var now = residents.require(sandboxId);
            return status(now.hasProcesses() ? lives.end(now, how.reason(), null) : now);
        });
    }

    /** Only a kindness: what is inside may not answer, and is killed all the same. */
    private void askToEnd(String sandboxId, Duration grace) {
        try {
            processes.terminate(sandboxId, SIGTERM, grace);
        } catch (RuntimeException e) {
            LOG.warn("sandbox {} was not told that it ends: {}", sandboxId, e.getMessage());
        }
    }

    @Override
    public SandboxStatus pause(String sandboxId) {
        if (!driver.pauses()) {
            throw Acceptance.notOffered("pause", driver);
        }
        return locks.holding(sandboxId, () -> {
            var now = lives.settle(residents.require(sandboxId), Instant.now()).requireProcesses();
            return status(now.isPaused() ? now : lives.pause(now));
        });
    }

    @Override
    public SandboxStatus resume(String sandboxId, Deadline deadline) {
        return locks.holding(sandboxId, () -> {
            var now = lives.settle(residents.require(sandboxId), Instant.now());
            if (!now.hasProcesses()) {
                throw inThisState(now, "resume");
            }
            return status(now.isPaused() ? lives.resume(now, deadline) : now);
        });
    }

    /** No effect on one that is paused: its clock stands still, and {@link #resume} brings another. */
    @Override
    public SandboxStatus setDeadline(String sandboxId, Deadline deadline) {
        return locks.holding(sandboxId, () -> {
            var now = residents.require(sandboxId);
            return status(now.isPaused() ? now : save(now.until(deadline)));
        });
    }

    /** For one that does not run at its next start. */
    @Override
    public SandboxStatus setNetwork(String sandboxId, NetworkConfig network) {
        Acceptance.check(network, driver);
        return locks.holding(sandboxId, () -> {
            var now = residents.require(sandboxId);
            if (now.hasProcesses() && !now.spec().network().equals(network)) {
                connect(now, network);
            }
            return status(save(now.connectedBy(network)));
        });
    }

    private void connect(Resident resident, NetworkConfig network) {
        try {
            driver.connect(residents.slotOf(resident), network);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Resident save(Resident resident) {
        try {
            residents.save(resident);
            return resident;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public List<SandboxMetrics> metrics(String sandboxId, MetricsQuery query) {
        residents.require(sandboxId);
        try {
            return metrics.query(sandboxId, query);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public Optional<SandboxMetrics> measure(String sandboxId) {
        residents.require(sandboxId);
        var measured = residents.measured(sandboxId);
        try {
            return measured.isPresent() ? Optional.of(metrics.measure(measured.get())) : Optional.empty();
        } catch (IOException e) {
            if (residents.measured(sandboxId).filter(measured.get()::equals).isEmpty()) {
                return Optional.empty(); // it ended meanwhile
            }
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void delete(String sandboxId) {
        locks.holding(sandboxId, () -> {
            var resident = residents.get(sandboxId);
            if (resident.isPresent()) {
                lives.remove(resident.get());
            } else if (Ids.SANDBOX.matches(sandboxId)) {
                forgetUnreadable(sandboxId);
            }
            uses.forget(sandboxId);
            return sandboxId;
        });
    }

    /** Where it lived is found out by the next start, when no record claims the place. */
    private void forgetUnreadable(String id) {
        try {
            residents.remove(id);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public HostInfo host() {
        return new HostInfo(
                version,
                driver.isolation(),
                driver.runtime(),
                driver.enforced(),
                driver.pauses(),
                driver.internet(),
                driver.templates(),
                null);
    }

    /** Stops everything, because nobody will look after it. */
    public void drain() {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            residents.all().stream()
                    .filter(Resident::hasProcesses)
                    .forEach(resident -> threads.execute(() -> evict(resident.id())));
        }
    }

    private void evict(String id) {
        try {
            stop(id, new StopSandbox(DRAIN_GRACE_MILLIS, EndReason.EVICTED));
        } catch (RuntimeException e) {
            LOG.error("sandbox {} was not stopped", id, e);
        }
    }

    /** Ends what has run its time and notes what ended by itself. */
    void look(Instant now) {
        for (var seen : residents.all()) {
            if (seen.hasProcesses() && (seen.isPastDeadline(now) || !seen.isAlive())) {
                look(seen.id(), now);
            }
        }
    }

    /** One sandbox that cannot be ended must not leave the others unwatched. */
    private void look(String id, Instant now) {
        try {
            locks.holding(id, () -> {
                residents.get(id).ifPresent(resident -> lives.settle(resident, now));
                return id;
            });
        } catch (RuntimeException e) {
            LOG.error("looking after sandbox {} failed", id, e);
        }
    }

    private static RuntimeException inThisState(Resident resident, String action) {
        return new Failure.Refused(
                        ErrorCode.INVALID_SANDBOX_STATE,
                        "Not in this state of the sandbox",
                        Map.of("state", state(resident).label(), "action", action))
                .asException();
    }

    private SandboxStatus status(Resident resident) {
        return new SandboxStatus(
                resident.id(),
                state(resident),
                driver.isolation(),
                driver.enforced(residents.slotOf(resident)),
                resident.createdAt(),
                resident.startedAt(),
                resident.endedAt(),
                resident.endReason(),
                resident.errorReason(),
                health.of(resident.spec()),
                resident.spec().network(),
                resident.spec().deadline(),
                uses.of(resident.id()));
    }

    private static SandboxState state(Resident resident) {
        return switch (resident.phase()) {
            case STARTING, STARTING_AGAIN -> SandboxState.CREATING;
            case RUNNING -> SandboxState.RUNNING;
            case PAUSED -> SandboxState.PAUSED;
            case ENDED -> resident.errorReason() == null ? SandboxState.STOPPED : SandboxState.FAILED;
        };
    }
}
