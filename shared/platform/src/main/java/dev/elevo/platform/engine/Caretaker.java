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
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

    private final Microvms microvms;
    private final Images images;
    private final Placements placements;
    private final MicrovmSandboxes sandboxes;
    private final Machines machines;
    private final WarmMachines warm;
    private final FleetConfiguration configuration;
    private final InstantSource clock;

    Caretaker(
            Microvms microvms,
            Images images,
            Placements placements,
            MicrovmSandboxes sandboxes,
            Machines machines,
            WarmMachines warm,
            FleetConfiguration configuration,
            InstantSource clock) {
        this.microvms = microvms;
        this.images = images;
        this.placements = placements;
        this.sandboxes = sandboxes;
        this.machines = machines;
        this.warm = warm;
        this.configuration = configuration;
        this.clock = clock;
    }

    void tend() {
        Map<String, ListedMicrovm> seen;
        try {
            seen = listed();
        } catch (MicrovmException e) {
            // What the service does not tell now it tells in a minute; the sandboxes themselves need no list.
            LOG.warn("the MicroVMs could not be listed", e);
            return;
        }
        // The service first: a start is recorded before it is made, so what is neither kept warm nor placed afterwards
        // is nobody's.
        var ready = warm.ids();
        var placed = placements.all();
        endOrphans(seen, placed, ready);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var kept : placed) {
                threads.execute(() -> each(kept, seen));
            }
            threads.execute(warm::refill);
        }
    }

    private Map<String, ListedMicrovm> listed() {
        var all = new HashMap<String, ListedMicrovm>();
        for (var arn : images.arns()) {
            microvms.list(arn).forEach(one -> all.put(one.id(), one));
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
        var machine = kept.placement().machine();
        try {
            var gone = machine == null ? Optional.<String>empty() : gone(machine, seen.get(machine.microvmId()));
            if (gone.isPresent()) {
                sandboxes.lose(kept, gone.get());
            } else if (kept.placement().moving()) {
                sandboxes.finishMove(kept);
            } else if (machine != null) {
                follow(kept, machine, seen.get(machine.microvmId()));
            }
        } catch (RuntimeException e) {
            // One that cannot be tended must not keep the others waiting; its turn comes again in a minute.
            LOG.error("Tending {} failed", kept.placement().sandboxId(), e);
        }
    }

    /** Why, if it is; a list may be behind, so the service is asked for this one. */
    private Optional<String> gone(Machine machine, @Nullable ListedMicrovm one) {
        var isMissing = one == null
                ? machine.startedAt().isBefore(clock.instant().minus(LISTED))
                : one.state().hasEnded();
        if (isMissing) {
            try {
                machines.refuseEnded(machine);
            } catch (Machines.GoneException e) {
                return Optional.of(e.reason());
            }
        }
        return Optional.empty();
    }

    private void follow(Kept kept, Machine machine, @Nullable ListedMicrovm one) {
        var phase = kept.placement().phase();
        var startedAt = one == null ? machine.startedAt() : one.startedAt();
        var isOld = startedAt.isBefore(clock.instant().minus(configuration.rollover()));
        if (isOld && (phase == Phase.RUNNING || phase == Phase.SUSPENDED)) {
            sandboxes.move(kept);
        } else if (phase == Phase.STARTING && startedAt.isBefore(clock.instant().minus(configuration.orphanGrace()))) {
            sandboxes.giveUp(kept);
        } else if (one != null && phase == Phase.RUNNING && one.state() == MicrovmState.SUSPENDED) {
            sandboxes.follow(kept, Phase.SUSPENDED);
        } else if (one != null && phase == Phase.SUSPENDED && one.state() == MicrovmState.RUNNING) {
            sandboxes.follow(kept, Phase.RUNNING);
        }
    }
}
