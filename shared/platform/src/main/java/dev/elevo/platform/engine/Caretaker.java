package dev.elevo.platform.engine;

import dev.elevo.platform.engine.Placement.Machine;
import dev.elevo.platform.engine.Placement.Phase;
import dev.elevo.platform.engine.Placements.Kept;
import dev.elevo.platform.microvm.ListedMicrovm;
import dev.elevo.platform.microvm.MicrovmException;
import dev.elevo.platform.microvm.MicrovmState;
import dev.elevo.platform.microvm.Microvms;
import io.micronaut.context.annotation.Requires;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the register and the service together: MicroVMs that nobody has recorded end, those that ended by themselves are told of, and
 * sandboxes leave those whose hours are over.
 */
@Singleton
@Requires(property = "elevo.engine", value = "microvm")
final class Caretaker {
    private static final Logger LOG = LoggerFactory.getLogger(Caretaker.class);

    /** Until a list must have one that was started. */
    private static final Duration LISTED = Duration.ofMinutes(2);

    /** Longer than whoever pauses it may still be at it. */
    private static final Duration PAUSING = Duration.ofMinutes(1);

    private final Microvms microvms;
    private final Images images;
    private final Placements placements;
    private final Passages passages;
    private final Machines machines;
    private final WarmMachines warm;
    private final FleetConfiguration configuration;
    private final InstantSource clock;

    Caretaker(
            Microvms microvms,
            Images images,
            Placements placements,
            Passages passages,
            Machines machines,
            WarmMachines warm,
            FleetConfiguration configuration,
            InstantSource clock) {
        this.microvms = microvms;
        this.images = images;
        this.placements = placements;
        this.passages = passages;
        this.machines = machines;
        this.warm = warm;
        this.configuration = configuration;
        this.clock = clock;
    }

    /** May be called while another call is at work: what takes long one of them does. */
    void tend() {
        var seen = listed();
        // The service first: a start is recorded before it is made, so what is neither kept warm nor placed afterwards
        // is nobody's.
        var ready = warm.ids();
        var placed = placements.all();
        endOrphans(seen, placed, ready);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var kept : placed) {
                threads.execute(() -> each(kept, seen));
            }
            threads.execute(() -> warm.refill(seen));
        }
    }

    /** What the service does not tell now it tells in a minute; the sandboxes themselves need no list. */
    private Map<String, ListedMicrovm> listed() {
        var all = new HashMap<String, ListedMicrovm>();
        for (var arn : images.arns()) {
            try {
                microvms.list(arn).forEach(one -> all.put(one.id(), one));
            } catch (MicrovmException e) {
                LOG.warn("the MicroVMs of {} could not be listed", arn, e);
            }
        }
        return all;
    }

    private void endOrphans(Map<String, ListedMicrovm> seen, List<Kept> placed, Set<String> ready) {
        var known = new HashSet<>(ready);
        for (var kept : placed) {
            var machine = kept.placement().machine();
            if (machine != null) {
                known.add(machine.microvmId());
            }
        }
        var before = clock.instant().minus(configuration.orphanGrace());
        for (var one : seen.values()) {
            if (!one.state().hasEnded()
                    && !known.contains(one.id())
                    && one.startedAt().isBefore(before)) {
                LOG.warn("{} belongs to nobody and is ended", one.id());
                try {
                    microvms.terminate(one.id());
                } catch (MicrovmException e) {
                    LOG.warn("{} goes on until the next time", one.id(), e);
                }
            }
        }
    }

    private void each(Kept kept, Map<String, ListedMicrovm> seen) {
        var placement = kept.placement();
        var machine = placement.machine();
        try {
            if (placement.isOnItsWay()) {
                passages.move(kept);
            } else if (machine != null) {
                tend(kept, machine, seen.get(machine.microvmId()));
            }
            if (!placement.litter().isEmpty() && !placement.is(Phase.SAVING)) {
                passages.tidy(kept);
            }
        } catch (Machines.GoneException e) {
            passages.lose(placement.sandboxId(), e);
        } catch (RuntimeException e) {
            // One that cannot be tended must not keep the others waiting; its turn comes again in a minute.
            LOG.error("Tending {} failed", placement.sandboxId(), e);
        }
    }

    private void tend(Kept kept, Machine machine, @Nullable ListedMicrovm one) {
        // A list may be behind, so the service is asked for this one.
        if (one == null ? !isYoung(machine.startedAt(), LISTED) : one.state().hasEnded()) {
            machines.refuseEnded(machine);
        }
        var placement = kept.placement();
        var startedAt = one == null ? machine.startedAt() : one.startedAt();
        switch (placement.phase()) {
            case STARTING -> {
                if (!isYoung(placement.changedAt(), longestStart())) {
                    passages.giveUp(kept);
                }
            }
            case SUSPENDING -> {
                if (!isYoung(placement.changedAt(), PAUSING)) {
                    passages.suspend(kept);
                }
            }
            case RUNNING, SUSPENDED -> {
                if (!isYoung(startedAt, configuration.rollover())) {
                    passages.move(kept);
                } else if (one != null && !isYoung(placement.changedAt(), LISTED)) {
                    follow(kept, machine, one.state());
                }
            }
            case SAVING, STOPPED, ARCHIVED, LOST -> {}
        }
    }

    private void follow(Kept kept, Machine machine, MicrovmState listed) {
        var isSuspended = kept.placement().is(Phase.SUSPENDED);
        var other = isSuspended ? MicrovmState.RUNNING : MicrovmState.SUSPENDED;
        if (listed == other && machines.state(machine) == other) {
            passages.follow(kept, isSuspended ? Phase.RUNNING : Phase.SUSPENDED);
        }
    }

    /** After that nobody is at it any more: it becomes ready, and fetches its files. */
    private Duration longestStart() {
        return configuration.starting().plus(HttpWorkspaceAgent.RESTORING);
    }

    private boolean isYoung(Instant since, Duration age) {
        return since.isAfter(clock.instant().minus(age));
    }
}
