package dev.elevo.functions.volumes;

import dev.elevo.contract.agent.VolumeStatus;
import dev.elevo.contract.volume.VolumeState;
import dev.elevo.platform.engine.Engine;
import dev.elevo.platform.lambda.Abandoned;
import dev.elevo.platform.lambda.ScheduledTask;
import dev.elevo.platform.volume.Volume;
import dev.elevo.platform.volume.VolumeStore;
import io.micronaut.context.annotation.Value;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Every minute: finishes what died half-way, and brings what is recorded and what the engine has together. Nothing that no record
 * names is deleted: a record is there as long as its volume may be, so that such a one is somebody's data whose table was
 * lost.
 */
@Singleton
class VolumeSweep implements ScheduledTask {
    private static final Logger LOG = LoggerFactory.getLogger(VolumeSweep.class);

    private final VolumeStore store;
    private final Engine engine;
    private final VolumeWorks works;
    private final InstantSource clock;
    private final Duration abandoned;

    VolumeSweep(
            VolumeStore store,
            Engine engine,
            VolumeWorks works,
            InstantSource clock,
            @Nullable @Value("${elevo.abandoned.ms}") Integer abandonedMs) {
        this.store = store;
        this.engine = engine;
        this.works = works;
        this.clock = clock;
        this.abandoned = Abandoned.after(abandonedMs);
    }

    @Override
    public String name() {
        return "sweep";
    }

    @Override
    public void run() {
        // The engine first: a volume is recorded before it is made, so whatever the engine has now is in the register
        // afterwards.
        var atTheEngine =
                engine.volumes().list().stream().collect(Collectors.toMap(VolumeStatus::id, Function.identity()));
        var register = store.register();
        for (var key : register) {
            try {
                store.find(key.organizationId(), key.id())
                        .ifPresent(volume -> sweep(volume, Optional.ofNullable(atTheEngine.get(volume.id()))));
            } catch (RuntimeException e) {
                // One that cannot be swept must not keep the others waiting; its turn comes again in a minute.
                LOG.error("Sweeping {} failed", key.id(), e);
            }
        }
        warnOfNobodys(atTheEngine, register.stream().map(VolumeStore.Key::id).collect(Collectors.toSet()));
    }

    private void sweep(Volume volume, Optional<VolumeStatus> status) {
        switch (volume.state()) {
            case CREATING -> {
                if (isAbandoned(volume)) {
                    var _ = works.make(volume);
                }
            }
            case DELETING -> {
                if (isAbandoned(volume)) {
                    finishDeletion(volume);
                }
            }
            case AVAILABLE -> compare(volume, status);
            case ERROR -> status.ifPresent(there -> works.note(volume, VolumeState.AVAILABLE));
            case IN_USE -> throw new IllegalStateException(volume.id() + " is recorded as in use");
        }
    }

    /**
     * Where sandboxes list it, the deletion was about to be refused, or it was forced and got no further: the one must lose nothing, and
     * the other is asked for again. One that the engine has not any more was forced, and got further.
     */
    private void finishDeletion(Volume volume) {
        if (store.mountsOf(volume.organizationId(), volume.id()).isEmpty()
                || engine.volumes().look(List.of(volume.id())).isEmpty()) {
            works.remove(volume);
        } else {
            LOG.warn("the deletion of {}, which sandboxes list, was not finished and is taken back", volume.id());
            var _ = store.become(volume, VolumeState.AVAILABLE, clock.instant());
        }
    }

    private void compare(Volume volume, Optional<VolumeStatus> status) {
        if (status.isEmpty()) {
            // It may have been made after the engine was asked.
            if (engine.volumes().look(List.of(volume.id())).isEmpty()) {
                works.note(volume, VolumeState.ERROR);
            }
        } else if (status.get().gigabytes() > volume.gigabytes()) {
            // Somebody died while it grew, or before he could record it.
            var now = engine.volumes().resize(volume.id(), status.get().gigabytes());
            var _ = works.follow(volume, now.gigabytes());
        }
    }

    private void warnOfNobodys(Map<String, VolumeStatus> atTheEngine, Set<String> known) {
        atTheEngine.keySet().stream()
                .filter(id -> !known.contains(id))
                .forEach(id -> LOG.warn("no record names the volume {}, which its host has", id));
    }

    private boolean isAbandoned(Volume volume) {
        return !clock.instant().isBefore(volume.changedAt().plus(abandoned));
    }
}
