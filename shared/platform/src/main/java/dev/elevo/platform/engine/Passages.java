package dev.elevo.platform.engine;

import dev.elevo.contract.ApiException;
import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import dev.elevo.contract.agent.SandboxStatus;
import dev.elevo.contract.agent.SaveStatus;
import dev.elevo.contract.agent.StopSandbox;
import dev.elevo.contract.sandbox.EndReason;
import dev.elevo.platform.engine.Machines.GoneException;
import dev.elevo.platform.engine.Placement.Course;
import dev.elevo.platform.engine.Placement.Machine;
import dev.elevo.platform.engine.Placement.Phase;
import dev.elevo.platform.engine.Placement.Workspace;
import dev.elevo.platform.engine.Placements.Kept;
import dev.elevo.platform.engine.Workspaces.Arrival;
import io.micronaut.context.annotation.Requires;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How sandboxes come into MicroVMs, out of them, and from one to the next. Every step leaves a phase from which whoever comes next goes
 * on, so that every call may be repeated.
 */
@Singleton
@Requires(property = "elevo.engine", value = "microvm")
final class Passages {
    private static final Logger LOG = LoggerFactory.getLogger(Passages.class);

    /** For processes to end before their sandbox moves. */
    private static final int MOVING_GRACE_MS = 5_000;

    /** For how long an agent is asked in one call whether it has saved the files. */
    private static final int LOOK_MS = 20_000;

    /** Longer than between two looks at a snapshot that is being taken. */
    private static final Duration OTHERS = Duration.ofSeconds(90);

    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);

    /** Starts that came to nothing, before somebody is told. */
    private static final int MOST_ATTEMPTS = 2;

    private static final Failure BUSY = new Failure.Unavailable("The sandbox changes just now", Duration.ofSeconds(2));

    private final Placements placements;
    private final Machines machines;
    private final WarmMachines warm;
    private final Workspaces workspaces;
    private final HttpSandboxAgent agents;
    private final SavedSnapshots snapshots;
    private final Leases leases;
    private final InstantSource clock;

    Passages(
            Placements placements,
            Machines machines,
            WarmMachines warm,
            Workspaces workspaces,
            HttpSandboxAgent agents,
            SavedSnapshots snapshots,
            Leases leases,
            InstantSource clock) {
        this.placements = placements;
        this.machines = machines;
        this.warm = warm;
        this.workspaces = workspaces;
        this.agents = agents;
        this.snapshots = snapshots;
        this.leases = leases;
        this.clock = clock;
    }

    // --- into one ------------------------------------------------------------------------------------------------

    /** From the wish for a MicroVM to a sandbox that runs in it. Two who do it at once start the same, and make it once. */
    SandboxStatus launch(Kept starting) {
        var kept = starting;
        for (var attempt = 1; ; attempt++) {
            try {
                // Whatever ended one that was ready may have ended the others.
                return bringUp(kept, attempt == 1);
            } catch (GoneException e) {
                LOG.warn("a start of {} came to nothing: {}", kept.placement().sandboxId(), e.reason());
                kept = attemptAnew(kept);
                if (attempt == MOST_ATTEMPTS) {
                    throw new Failure.Unavailable(e.reason() + " before it was ready", Duration.ofSeconds(5))
                            .causedBy(e);
                }
            }
        }
    }

    /** The token of that attempt is for ever its MicroVM's. Whoever is further than that attempt, or elsewhere, is left alone. */
    private Kept attemptAnew(Kept failed) {
        var now = find(failed.placement().sandboxId());
        if (!now.placement().is(Phase.STARTING)
                || !now.placement().attempt().equals(failed.placement().attempt())) {
            throw busy();
        }
        return change(now, now.placement().attemptingAnew(clock.instant()));
    }

    private SandboxStatus bringUp(Kept starting, boolean mayBeWarm) {
        var kept = starting.placement().machine() == null ? withMachine(starting, mayBeWarm) : starting;
        machines.awaitReady(machine(kept));
        var placement = kept.placement();
        restore(placement);
        var status = agents.create(placement.spec().withoutSource());
        change(kept, placement.running(status.enforced(), clock.instant()));
        return Statuses.merged(status, placement);
    }

    private Kept withMachine(Kept starting, boolean mayBeWarm) {
        var placement = starting.placement();
        var image = machines.imageFor(placement.spec());
        var egress = machines.connector(placement.spec().network());
        var woken = mayBeWarm ? warm.take(starting, image, egress) : Optional.<Kept>empty();
        woken.ifPresent(kept -> machines.resume(machine(kept)));
        return woken.orElseGet(() -> {
            var machine = machines.start(image, egress, placement.generation(), placement.attempt());
            return change(starting, placement.on(machine, clock.instant()));
        });
    }

    private void restore(Placement placement) {
        var saved = placement.workspace();
        var source = placement.spec().snapshot();
        try {
            if (saved != null) {
                workspaces.restore(placement.sandboxId(), saved.key(), saved.sha256());
            } else if (source != null) {
                var files = snapshots.files(source);
                workspaces.restore(placement.sandboxId(), files.key(), files.sha256());
            }
        } catch (ApiException e) {
            // A repeated launch finds it restored and made already.
            if (e.failure().code() != ErrorCode.INVALID_SANDBOX_STATE) {
                throw e;
            }
        }
    }

    // --- out of one ----------------------------------------------------------------------------------------------

    /** Ends what runs inside, saves the files, ends the MicroVM; 9002 while somebody else is at it. */
    Kept save(Kept running, StopSandbox how) {
        return leases.holding(lease(running), () -> saveAlone(running, how, Course.NONE))
                .orElseThrow(Passages::busy);
    }

    private Kept saveAlone(Kept running, StopSandbox how, Course to) {
        var id = running.placement().sandboxId();
        // First the note: from here on nobody wakes it, or uses it.
        var kept = running.placement().is(Phase.SAVING)
                ? running
                : change(running, running.placement().saving(to, how.reason(), clock.instant()));
        if (!kept.placement().hasSavedThisGeneration()) {
            // Whatever its phase was: one that was to sleep may not yet, and one that was to run may.
            machines.awaken(machine(kept));
            asking(kept, () -> agents.stop(id, how));
            kept = bring(kept);
        }
        end(kept.placement());
        workspaces.delete(kept.placement().litter());
        return kept;
    }

    /** What one has begun another one goes on with, whoever died. What failed is begun anew by whoever repeats it. */
    private Kept bring(Kept saving) {
        var kept = expecting(saving);
        var id = kept.placement().sandboxId();
        var arrival = Objects.requireNonNull(kept.placement().arrival(), "just noted");
        var status = asking(kept, () -> awaitSaved(kept, arrival));
        var saved = status.saved();
        if (saved == null) {
            // First the note: should somebody else have had more luck with it, it is his.
            change(kept, kept.placement().bringingNothing());
            workspaces.forget(id, arrival);
            abandon(arrival);
            throw Workspaces.failure(status);
        }
        var files = workspaces.complete(arrival, saved);
        var generation = kept.placement().generation();
        var done = change(
                kept, kept.placement().saved(new Workspace(files.key(), files.sha256(), files.bytes(), generation)));
        awaitOthers(done, arrival, status.others());
        return done;
    }

    private Kept expecting(Kept saving) {
        var placement = saving.placement();
        if (placement.arrival() != null) {
            return saving;
        }
        var arrival = workspaces.expect("workspaces/" + placement.sandboxId() + "/" + placement.generation());
        try {
            return change(saving, placement.bringing(arrival));
        } catch (ApiException lateWriter) {
            abandon(arrival);
            throw lateWriter;
        }
    }

    private void abandon(Arrival arrival) {
        try {
            workspaces.abandon(arrival);
        } catch (ApiException e) {
            LOG.warn("the bucket keeps the parts of {} until its own rule removes them", arrival.key(), e);
        }
    }

    private SaveStatus awaitSaved(Kept kept, Arrival arrival) {
        var disk = machine(kept).diskBytes();
        SaveStatus status;
        do {
            status = workspaces.further(kept.placement().sandboxId(), arrival, disk, LOOK_MS);
        } while (status.isUnderWay());
        return status;
    }

    /** What was saved for a snapshot ends with the machine unless somebody has heard of it, who looks every minute at the latest. */
    private void awaitOthers(Kept saved, Arrival own, int atFirst) {
        var id = saved.placement().sandboxId();
        var end = clock.instant().plus(OTHERS);
        try {
            for (var others = atFirst; others > 0; others = workspaces.others(id, own)) {
                if (!clock.instant().isBefore(end) || Thread.currentThread().isInterrupted()) {
                    LOG.warn("{} leaves a machine with {} snapshots that nobody has asked for", id, others);
                    return;
                }
                LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
            }
        } catch (ApiException e) {
            LOG.warn("nobody knows whether {} leaves a snapshot behind", id, e);
        }
    }

    /** The second half of a pause, the first of which is noted. */
    Kept suspend(Kept suspending) {
        machines.suspend(machine(suspending));
        return change(suspending, suspending.placement().suspended(clock.instant()));
    }

    // --- from one to the next ------------------------------------------------------------------------------------

    /**
     * Goes on in a new MicroVM with the files it has; processes end. What is paused needs none until it is resumed. Also brings to its
     * end what somebody began to move and did not finish. Nothing happens while somebody else is at it.
     */
    void move(Kept seen) {
        leases.holding(lease(seen), () -> {
            placements
                    .find(seen.placement().sandboxId())
                    .filter(now -> now.placement().isAsFarAs(seen.placement()))
                    .ifPresent(this::moveAlone);
            return true;
        });
    }

    private void moveAlone(Kept kept) {
        try {
            if (kept.placement().is(Phase.STARTING)) {
                launch(kept);
                return;
            }
            var to = course(kept.placement());
            var saved = saveAlone(kept, new StopSandbox(MOVING_GRACE_MS, EndReason.EVICTED), to);
            if (to == Course.ARCHIVING) {
                change(saved, saved.placement().archived(clock.instant()));
            } else {
                launch(change(saved, saved.placement().next(Course.MOVING, clock.instant())));
            }
            LOG.info("{} has left its MicroVM", kept.placement().sandboxId());
        } catch (GoneException e) {
            lose(kept.placement().sandboxId(), e);
        }
    }

    private static Course course(Placement placement) {
        return switch (placement.phase()) {
            case SUSPENDING, SUSPENDED -> Course.ARCHIVING;
            case RUNNING -> Course.MOVING;
            case SAVING -> placement.course();
            case STARTING, STOPPED, ARCHIVED, LOST ->
                throw new IllegalStateException("nothing leaves a MicroVM in " + placement.phase());
        };
    }

    // --- where something went wrong ------------------------------------------------------------------------------

    /** A start that nobody brings further: whoever wants the sandbox starts another MicroVM. */
    void giveUp(Kept kept) {
        // First the note: should it be ready just now, it is left alone.
        placements
                .replace(kept, kept.placement().attemptingAnew(clock.instant()))
                .ifPresent(now -> end(kept.placement()));
    }

    /** What the service says of its MicroVM and nobody has recorded: somebody died in between. */
    void follow(Kept kept, Phase phase) {
        var now = clock.instant();
        placements.replace(
                kept,
                phase == Phase.SUSPENDED
                        ? kept.placement().suspended(now)
                        : kept.placement().resumed(now));
    }

    /** Removes what was brought for nothing. */
    void tidy(Kept kept) {
        workspaces.delete(kept.placement().litter());
        placements.replace(kept, kept.placement().tidied());
    }

    boolean lose(String sandboxId, GoneException e) {
        return lose(sandboxId, e.machine(), e.reason());
    }

    /**
     * Records that its MicroVM ended by itself. False where it did not, as far as this sandbox is concerned: it has left that one, or is
     * just leaving it with all it has.
     */
    private boolean lose(String sandboxId, Machine ended, String reason) {
        while (true) {
            var found = placements.find(sandboxId);
            if (found.isEmpty()) {
                return true;
            }
            var placement = found.get().placement();
            if (!placement.endsWith(ended)) {
                return false;
            }
            if (placements
                    .replace(found.get(), placement.lost(reason, clock.instant()))
                    .isPresent()) {
                LOG.warn("{} is lost: {}", sandboxId, reason);
                if (placement.arrival() != null) {
                    abandon(placement.arrival());
                }
                return true;
            }
        }
    }

    // --- small words ---------------------------------------------------------------------------------------------

    interface Question<T> {
        T ask();
    }

    /** An agent that is silent may have no machine any more. */
    <T> T asking(Kept kept, Question<T> question) {
        try {
            return question.ask();
        } catch (ApiException e) {
            if (e.failure() instanceof Failure.Unavailable) {
                machines.refuseEnded(machine(kept));
            }
            throw e;
        }
    }

    /** What a client is told when the machine ended under his call. */
    ApiException lost(String sandboxId, GoneException e) {
        return lose(sandboxId, e) ? MicrovmAddresses.notFound(sandboxId).causedBy(e) : BUSY.causedBy(e);
    }

    void end(Placement placement) {
        var machine = placement.machine();
        if (machine != null) {
            machines.terminate(machine);
        }
    }

    Kept find(String sandboxId) {
        return placements
                .find(sandboxId)
                .orElseThrow(() -> MicrovmAddresses.notFound(sandboxId).asException());
    }

    /**
     * What another one has brought as far is as good, and what the sandbox was told meanwhile changes nothing; anything else is 9002, and
     * who repeats it finds what was done.
     */
    Kept change(Kept seen, Placement next) {
        var from = seen;
        var wanted = next;
        while (true) {
            var done = placements.replace(from, wanted);
            if (done.isPresent()) {
                return done.get();
            }
            var now = find(next.sandboxId());
            if (now.placement().isAsFarAs(next)) {
                return now;
            }
            if (!now.placement().isAsFarAs(seen.placement())) {
                throw busy();
            }
            from = now;
            wanted = next.with(now.placement().spec());
        }
    }

    static Machine machine(Kept kept) {
        return Objects.requireNonNull(kept.placement().machine(), "a phase that has a machine");
    }

    static ApiException busy() {
        return BUSY.asException();
    }

    private static String lease(Kept kept) {
        return "passage of " + kept.placement().sandboxId();
    }
}
