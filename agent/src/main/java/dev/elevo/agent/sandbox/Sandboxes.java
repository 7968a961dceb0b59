package dev.elevo.agent.sandbox;

import dev.elevo.agent.driver.IsolationDriver;
import dev.elevo.agent.driver.Places;
import dev.elevo.agent.driver.ProcessId;
import dev.elevo.agent.driver.Slot;
import dev.elevo.agent.process.Processes;
import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import dev.elevo.contract.Ids;
import dev.elevo.contract.agent.Deadline;
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
    private final Places places;
    private final ReadySandboxes ready;
    private final IsolationDriver driver;
    private final Processes processes;
    private final SandboxSecrets secrets;
    private final Locks locks = new Locks();
    private final String bootId = Boot.id();
    private final String version;

    Sandboxes(
            Residents residents,
            Places places,
            IsolationDriver driver,
            ReadySandboxes ready,
            Processes processes,
            SandboxSecrets secrets,
            @Value("${elevo.version:dev}") String version)
            throws IOException {
        this.residents = residents;
        this.places = places;
        this.ready = ready;
        this.driver = driver;
        this.processes = processes;
        this.secrets = secrets;
        this.version = version;
        recover();
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
            existing.ifPresent(this::remove);
            Acceptance.check(spec, driver);
            return status(start(spec, secret));
        });
    }

    @Override
    public List<SandboxStatus> list() {
        return residents.all().stream().map(this::status).toList();
    }

    @Override
    public SandboxStatus get(String sandboxId) {
        return status(existing(sandboxId));
    }

    @Override
    public SandboxStatus stop(String sandboxId, StopSandbox how) {
        var asked = existing(sandboxId);
        // Without the lock: who deletes by force must not wait for the grace of somebody's stop.
        if (asked.isRunning() && how.graceMs() > 0) {
            askToEnd(sandboxId, Duration.ofMillis(how.graceMs()));
        }
        return locks.holding(sandboxId, () -> {
            var now = existing(sandboxId);
            return status(now.isRunning() ? end(now, how.reason(), null) : now);
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
    public void delete(String sandboxId) {
        locks.holding(sandboxId, () -> {
            var resident = residents.get(sandboxId);
            if (resident.isPresent()) {
                remove(resident.get());
            } else if (Ids.SANDBOX.matches(sandboxId)) {
                forgetUnreadable(sandboxId);
            }
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
    public SandboxStatus start(String sandboxId, Deadline deadline) {
        throw new UnsupportedOperationException("start");
    }

    @Override
    public SandboxStatus pause(String sandboxId) {
        throw new UnsupportedOperationException("pause");
    }

    @Override
    public SandboxStatus resume(String sandboxId, Deadline deadline) {
        throw new UnsupportedOperationException("resume");
    }

    @Override
    public SandboxStatus setDeadline(String sandboxId, Deadline deadline) {
        throw new UnsupportedOperationException("deadline");
    }

    @Override
    public SandboxStatus setNetwork(String sandboxId, NetworkConfig network) {
        return locks.holding(sandboxId, () -> {
            var resident = existing(sandboxId);
            Acceptance.check(network, driver);
            try {
                if (resident.isRunning()) {
                    driver.connect(residents.slotOf(resident), network);
                }
                var connected = resident.connectedBy(network);
                residents.save(connected);
                return status(connected);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    @Override
    public List<SandboxMetrics> metrics(String sandboxId, MetricsQuery query) {
        throw new UnsupportedOperationException("metrics");
    }

    @Override
    public Optional<SandboxMetrics> measure(String sandboxId) {
        throw new UnsupportedOperationException("metrics");
    }

    @Override
    public HostInfo host() {
        return new HostInfo(
                version,
                driver.isolation(),
                driver.runtime(),
                driver.enforced(),
                false,
                driver.internet(),
                driver.templates());
    }

    /** Stops everything, because nobody will look after it. */
    public void drain() {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            residents.all().stream()
                    .filter(Resident::isRunning)
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
            if (seen.isRunning() && (seen.isPastDeadline(now) || !seen.isAlive())) {
                look(seen.id(), now);
            }
        }
    }

    /** One sandbox that cannot be ended must not leave the others unwatched. */
    private void look(String id, Instant now) {
        try {
            locks.holding(id, () -> {
                residents.get(id).filter(Resident::isRunning).ifPresent(resident -> settle(resident, now));
                return id;
            });
        } catch (RuntimeException e) {
            LOG.error("looking after sandbox {} failed", id, e);
        }
    }

    private void settle(Resident resident, Instant now) {
        if (!resident.bootId().equals(bootId)) {
            end(resident, EndReason.EVICTED, null);
        } else if (!resident.isAlive()) {
            LOG.warn("sandbox {} died", resident.id());
            end(resident, EndReason.FAILED, "its first process ended");
        } else if (resident.isPastDeadline(now)) {
            LOG.info("sandbox {} has run its time", resident.id());
            end(resident, EndReason.EXPIRED, null);
        }
    }

    private Resident start(SandboxSpec spec, @Nullable SandboxSecret secret) {
        try {
            var before = ready.take(spec);
            return before.isPresent() ? moveIn(spec, secret, before.get()) : build(spec, secret);
        } catch (IOException | RuntimeException e) {
            throw new Failure.Refused(
                            ErrorCode.SANDBOX_CREATION_FAILED,
                            "The sandbox could not be started",
                            Map.of("sandboxId", spec.id()))
                    .causedBy(e);
        }
    }

    private Resident moveIn(SandboxSpec spec, @Nullable SandboxSecret secret, ReadySandboxes.Started before)
            throws IOException {
        return open(Resident.starting(spec, before.slot().name(), bootId, Instant.now()), secret, before::process);
    }

    private Resident build(SandboxSpec spec, @Nullable SandboxSecret secret) throws IOException {
        var taken = Resident.starting(spec, places.fresh().name(), bootId, Instant.now());
        return open(taken, secret, () -> {
            // Written before the deed: what is half made must be found again.
            residents.save(taken);
            return driver.start(residents.slotOf(taken), spec);
        });
    }

    private interface FirstProcess {
        ProcessId get() throws IOException;
    }

    private Resident open(Resident taken, @Nullable SandboxSecret secret, FirstProcess first) throws IOException {
        try {
            if (secret != null) {
                secrets.keep(taken.id(), secret);
            }
            var running = taken.running(first.get());
            residents.save(running);
            processes.sandboxStarted(running.id());
            Workplace.prepare(residents.slotOf(running), running.spec(), driver);
            return running;
        } catch (IOException | RuntimeException e) {
            undo(taken, e);
            throw e;
        }
    }

    private void undo(Resident starting, Exception cause) {
        try {
            remove(starting);
        } catch (UncheckedIOException e) {
            // Its record is still there, and the next start of the agent tries again.
            cause.addSuppressed(e);
        }
    }

    private Resident end(Resident resident, EndReason reason, @Nullable String error) {
        try {
            driver.kill(residents.slotOf(resident));
            var ended = resident.ended(reason, error, Instant.now());
            residents.save(ended);
            processes.sandboxEnded(resident.id());
            return ended;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void remove(Resident resident) {
        try {
            var slot = residents.slotOf(resident);
            driver.kill(slot);
            processes.sandboxEnded(resident.id());
            residents.remove(resident.id());
            // Last: once its place is free another may have it, and no record may name it then.
            driver.remove(slot);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What ran before this agent: what lives goes on, what died is noted, what was half made is taken away. */
    private void recover() throws IOException {
        for (var resident : residents.all()) {
            try {
                switch (resident.phase()) {
                    case STARTING -> remove(resident);
                    case RUNNING -> settle(resident, Instant.now());
                    case ENDED -> {}
                }
            } catch (RuntimeException e) {
                // Its record stays, and the next look or the next create tries again; the others need their agent now.
                LOG.error("sandbox {} was not recovered", resident.id(), e);
            }
        }
        var kept = residents.areComplete()
                ? residents.all().stream().map(residents::slotOf).toList()
                : places.existing();
        for (var slot : places.existing()) {
            if (!kept.contains(slot)) {
                clear(slot);
            }
        }
        driver.sweep(kept);
        residents.all().stream().filter(Resident::isRunning).forEach(resident -> takeUp(resident.id()));
    }

    private void clear(Slot debris) {
        try {
            driver.remove(debris);
        } catch (IOException | RuntimeException e) {
            LOG.error("slot {} stays until the next start", debris.name(), e);
        }
    }

    private void takeUp(String id) {
        try {
            processes.sandboxStarted(id);
        } catch (RuntimeException e) {
            LOG.error("the processes of sandbox {} were not found again", id, e);
        }
    }

    private Resident existing(String id) {
        return residents
                .get(id)
                .orElseThrow(() -> new Failure.Refused(
                                ErrorCode.SANDBOX_NOT_FOUND, "No such sandbox", Map.of("sandboxId", id))
                        .asException());
    }

    private SandboxStatus status(Resident resident) {
        return new SandboxStatus(
                resident.id(),
                state(resident),
                driver.isolation(),
                driver.enforced(),
                resident.createdAt(),
                resident.createdAt(),
                resident.endedAt(),
                resident.endReason(),
                resident.errorReason(),
                null);
    }

    private static SandboxState state(Resident resident) {
        return switch (resident.phase()) {
            case STARTING -> SandboxState.CREATING;
            case RUNNING -> SandboxState.RUNNING;
            case ENDED -> resident.errorReason() == null ? SandboxState.STOPPED : SandboxState.FAILED;
        };
    }
}
