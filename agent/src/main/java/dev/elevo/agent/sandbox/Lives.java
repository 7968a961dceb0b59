package dev.elevo.agent.sandbox;

import dev.elevo.agent.driver.BusyVolumeException;
import dev.elevo.agent.driver.IsolationDriver;
import dev.elevo.agent.driver.Places;
import dev.elevo.agent.driver.ProcessId;
import dev.elevo.agent.driver.Slot;
import dev.elevo.agent.health.HealthChecks;
import dev.elevo.agent.metrics.Metrics;
import dev.elevo.agent.process.Processes;
import dev.elevo.agent.stream.Streams;
import dev.elevo.contract.ApiException;
import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import dev.elevo.contract.agent.BusyVolumes;
import dev.elevo.contract.agent.Deadline;
import dev.elevo.contract.agent.SandboxSecret;
import dev.elevo.contract.agent.SandboxSpec;
import dev.elevo.contract.sandbox.EndReason;
import dev.elevo.contract.stream.CloseCode;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.EnumSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** From one phase to the next, with all that hangs on it. Whoever calls holds the sandbox's lock. */
@Singleton
final class Lives {
    private static final int SERVER_ERRORS = 500;

    /** As they are. */
    private static final Set<ErrorCode> TOLD =
            EnumSet.of(ErrorCode.SANDBOX_CREATION_FAILED, ErrorCode.VALIDATION_ERROR, ErrorCode.RESOURCE_EXHAUSTED);

    private static final Logger LOG = LoggerFactory.getLogger(Lives.class);
    private static final Duration RETRY = Duration.ofSeconds(1);

    private final Residents residents;
    private final Places places;
    private final IsolationDriver driver;
    private final ReadySandboxes ready;
    private final RestoredDisks restored;
    private final Processes processes;
    private final SandboxSecrets secrets;
    private final HealthChecks health;
    private final Metrics metrics;
    private final Streams streams;
    private final String bootId = Boot.id();

    Lives(
            Residents residents,
            Places places,
            IsolationDriver driver,
            ReadySandboxes ready,
            RestoredDisks restored,
            Processes processes,
            SandboxSecrets secrets,
            HealthChecks health,
            Metrics metrics,
            Streams streams)
            throws IOException {
        this.residents = residents;
        this.places = places;
        this.driver = driver;
        this.ready = ready;
        this.restored = restored;
        this.processes = processes;
        this.secrets = secrets;
        this.health = health;
        this.metrics = metrics;
        this.streams = streams;
    }

    Resident begin(SandboxSpec spec, @Nullable SandboxSecret secret) {
        try {
            var before = ready.take(spec);
            return before.isPresent() ? moveIn(spec, secret, before.get()) : build(spec, secret);
        } catch (IOException | RuntimeException e) {
            throw startFailed("The sandbox could not be started", spec.id(), e);
        }
    }

    private Resident moveIn(SandboxSpec spec, @Nullable SandboxSecret secret, ReadySandboxes.Started before)
            throws IOException {
        return open(Resident.starting(spec, before.slot().name(), bootId, now()), secret, before::process);
    }

    private Resident build(SandboxSpec spec, @Nullable SandboxSecret secret) throws IOException {
        var taken = Resident.starting(spec, places.fresh().name(), bootId, now());
        return open(taken, secret, () -> {
            // Written before the deed: what is half made must be found again.
            residents.save(taken);
            return start(residents.slotOf(taken), spec);
        });
    }

    private ProcessId start(Slot slot, SandboxSpec spec) throws IOException {
        var snapshot = spec.snapshot();
        if (snapshot == null) {
            return driver.start(slot, spec);
        }
        var gigabytes = Objects.requireNonNull(spec.resources().disk(), "the defaults are filled in");
        return restored.with(snapshot, gigabytes, disk -> driver.start(slot, spec, () -> disk))
                .orElseThrow(() -> new Failure.Unavailable("The snapshot is not ready", RETRY).asException());
    }

    /** With the files of a checkpoint. */
    Resident begin(SandboxSpec spec, @Nullable SandboxSecret secret, IsolationDriver.Origin from) {
        try {
            var taken = Resident.starting(spec, places.fresh().name(), bootId, now());
            return open(taken, secret, () -> {
                residents.save(taken);
                return driver.start(residents.slotOf(taken), spec, from);
            });
        } catch (IOException | RuntimeException e) {
            throw startFailed("The sandbox could not be started", spec.id(), e);
        }
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
            startMain(running);
            health.begin(inside(running), residents.slotOf(running).helperSocket());
            return running;
        } catch (IOException | RuntimeException e) {
            undo(taken, e);
            throw e;
        }
    }

    /** Better no sandbox than one without what it was made for. */
    private void startMain(Resident running) {
        var command = running.spec().command();
        if (command == null || command.isEmpty()) {
            return;
        }
        try {
            processes.startMain(running.id(), command);
        } catch (ApiException e) {
            var message = "does not start: " + e.failure().message();
            // Whoever wrote it can mend it; what is wrong with the host he cannot.
            throw e.failure().status() < SERVER_ERRORS
                    ? Failure.Invalid.field("entrypoint", message, command.getFirst())
                            .causedBy(e)
                    : startFailed("The entrypoint " + message, running.id()).causedBy(e);
        }
    }

    private static ApiException startFailed(String message, String id, Exception cause) {
        if (cause instanceof BusyVolumeException) {
            return BusyVolumes.of(id).causedBy(cause);
        }
        return cause instanceof ApiException known
                        && TOLD.contains(known.failure().code())
                ? known
                : startFailed(message, id).causedBy(cause);
    }

    private void undo(Resident starting, Exception cause) {
        try {
            remove(starting);
        } catch (UncheckedIOException e) {
            // Its record is still there, and the next start of the agent tries again.
            cause.addSuppressed(e);
        }
    }

    /** Another life in the same place, on the same files. */
    Resident beginAgain(Resident ended, Deadline deadline) {
        var starting = ended.startingAgain(deadline, bootId, now());
        var slot = residents.slotOf(starting);
        try {
            driver.kill(slot); // what an end that failed half way may have left
            residents.save(starting);
            var running = starting.running(driver.startAgain(slot, starting.spec()));
            residents.save(running);
            processes.sandboxStarted(running.id());
            startMain(running);
            health.begin(inside(running), slot.helperSocket());
            return running;
        } catch (IOException | RuntimeException e) {
            failAgain(starting, e);
            throw startFailed("The sandbox could not be started again", starting.id(), e);
        }
    }

    private void failAgain(Resident starting, Exception cause) {
        try {
            end(starting, EndReason.FAILED, "it could not be started again");
        } catch (UncheckedIOException e) {
            // Its record says that it was starting, and the next start of the agent tells the same.
            cause.addSuppressed(e);
        }
    }

    private static Failure startFailed(String message, String id) {
        return new Failure.Refused(ErrorCode.SANDBOX_CREATION_FAILED, message, Map.of("sandboxId", id));
    }

    /** Frozen first, recorded then: what is recorded as running and is frozen is thawed by the next start of the agent. */
    Resident pause(Resident running) {
        var slot = residents.slotOf(running);
        processes.sandboxFreezing(running.id());
        health.pause(running.id());
        try {
            driver.freeze(slot);
            var paused = running.paused();
            residents.save(paused);
            metrics.stopped(paused.id());
            streams.end(paused.id(), CloseCode.NOT_RUNNING);
            return paused;
        } catch (IOException e) {
            goOn(running);
            throw new Failure.Unavailable("The sandbox could not be paused", RETRY).causedBy(e);
        }
    }

    /** Not paused by anybody: the machine will stand still with all that is in it. */
    void standStill(Resident running) {
        processes.sandboxFreezing(running.id());
        health.pause(running.id());
        metrics.stopped(running.id());
    }

    /** Thawed first, recorded then: what is recorded as paused and runs is frozen by the next start of the agent. */
    Resident resume(Resident paused, Deadline deadline) {
        var running = paused.resumed(deadline);
        try {
            driver.thaw(residents.slotOf(paused));
            try {
                residents.save(running);
            } catch (IOException e) {
                driver.freeze(residents.slotOf(paused));
                throw e;
            }
        } catch (IOException e) {
            throw startFailed("The sandbox could not be resumed", paused.id()).causedBy(e);
        }
        goOn(running);
        return running;
    }

    /** What was frozen runs, or what ran before this agent still does. Nobody is kept from that by what only serves it. */
    void goOn(Resident running) {
        var id = running.id();
        var slot = residents.slotOf(running);
        try {
            driver.thaw(slot);
            processes.sandboxThawed(id);
            health.goOn(inside(running), slot.helperSocket());
            var measured = residents.measured(id);
            if (measured.isPresent()) {
                metrics.resumed(measured.get());
            }
        } catch (IOException | RuntimeException e) {
            LOG.error("not all that belongs to sandbox {} was found again", id, e);
        }
    }

    /** To the millisecond, as records keep it: nobody shall be told two times of one moment. */
    private static Instant now() {
        return Instant.now().truncatedTo(ChronoUnit.MILLIS);
    }

    private SandboxSpec inside(Resident resident) {
        return driver.asSeenInside(residents.slotOf(resident), resident.spec());
    }

    /** The resident as it is after what has happened to it by itself. */
    Resident settle(Resident resident, Instant now) {
        if (!resident.hasProcesses()) {
            return resident;
        }
        if (!resident.bootId().equals(bootId)) {
            return end(resident, EndReason.EVICTED, null);
        }
        if (!resident.isAlive()) {
            LOG.warn("sandbox {} died", resident.id());
            return end(resident, EndReason.FAILED, "its first process ended");
        }
        if (resident.isPastDeadline(now)) {
            LOG.info("sandbox {} has run its time", resident.id());
            return end(resident, EndReason.EXPIRED, null);
        }
        return resident;
    }

    Resident end(Resident resident, EndReason reason, @Nullable String error) {
        try {
            // First, so that whoever is connected is told what it was and sees no broken terminal.
            streams.end(resident.id(), CloseCode.NOT_RUNNING);
            health.end(resident.id());
            processes.sandboxEnding(resident.id());
            driver.kill(residents.slotOf(resident));
            var ended = resident.ended(reason, error, now());
            residents.save(ended);
            processes.sandboxEnded(resident.id());
            metrics.stopped(resident.id());
            return ended;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void remove(Resident resident) {
        try {
            var slot = residents.slotOf(resident);
            streams.end(resident.id(), CloseCode.REMOVED);
            health.end(resident.id());
            processes.sandboxEnding(resident.id());
            driver.kill(slot);
            processes.sandboxEnded(resident.id());
            metrics.stopped(resident.id());
            residents.remove(resident.id());
            // Last: once its place is free another may have it, and no record may name it then.
            driver.remove(slot);
            ready.ended(resident.spec());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
