package dev.elevo.functions.snapshots;

import dev.elevo.contract.agent.SnapshotSource;
import dev.elevo.contract.snapshot.SnapshotState;
import dev.elevo.platform.engine.Engine;
import dev.elevo.platform.lambda.Abandoned;
import dev.elevo.platform.lambda.ScheduledTask;
import dev.elevo.platform.snapshot.Depots;
import dev.elevo.platform.snapshot.Snapshot;
import dev.elevo.platform.snapshot.SnapshotStore;
import io.micronaut.context.annotation.Value;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Every minute: finishes what somebody began who died, deletes what has expired, and has garbage collected where there may be some. */
@Singleton
class SnapshotSweep implements ScheduledTask {
    private static final Logger LOG = LoggerFactory.getLogger(SnapshotSweep.class);

    private final SnapshotStore store;
    private final SnapshotWork work;
    private final Engine engine;
    private final InstantSource clock;
    private final Duration abandoned;

    SnapshotSweep(
            SnapshotStore store,
            SnapshotWork work,
            Engine engine,
            InstantSource clock,
            @Nullable @Value("${elevo.abandoned.ms}") Integer abandonedMs) {
        this.store = store;
        this.work = work;
        this.engine = engine;
        this.clock = clock;
        this.abandoned = Abandoned.after(abandonedMs);
    }

    @Override
    public String name() {
        return "snapshots";
    }

    @Override
    public void run() {
        for (var snapshot : store.all()) {
            each(snapshot.id(), () -> sweep(snapshot));
        }
        for (var litter : store.littered()) {
            each("the depot of " + litter.organizationId(), () -> collect(litter));
        }
    }

    /** One that cannot be swept must not keep the others waiting; its turn comes again in a minute. */
    private void each(String what, Runnable sweep) {
        try {
            sweep.run();
        } catch (RuntimeException e) {
            LOG.error("Sweeping {} failed", what, e);
        }
    }

    private void sweep(Snapshot snapshot) {
        switch (snapshot.state()) {
            case CREATING -> finish(snapshot);
            case DELETING -> work.remove(snapshot);
            case AVAILABLE, FAILED -> {
                if (snapshot.isExpired(clock.instant())) {
                    work.remove(snapshot);
                }
            }
        }
    }

    private void finish(Snapshot snapshot) {
        var status = engine.snapshots().look(Depots.of(snapshot));
        switch (status.progress()) {
            case DONE -> work.complete(snapshot, status);
            case FAILED -> {
                var _ = work.failed(
                        snapshot, Objects.requireNonNullElse(status.reason(), "The engine could not do it"));
            }
            case ABSENT -> {
                // It may be about to be begun.
                if (!clock.instant().isBefore(snapshot.createdAt().plus(abandoned))) {
                    var _ = work.failed(snapshot, "Whoever took it died");
                }
            }
            case WAITING, AT_WORK -> {}
        }
    }

    private void collect(SnapshotStore.Litter litter) {
        var depot = new SnapshotSource(Depots.of(litter.organizationId()), "");
        var waste = engine.snapshots().collect(depot);
        var isClean = waste.waiting() == 0;
        for (var id : waste.snapshots()) {
            // A record is there before its snapshot is, and this looks after the snapshots were listed.
            if (store.find(litter.organizationId(), id)
                    .filter(snapshot -> snapshot.state() != SnapshotState.FAILED)
                    .isEmpty()) {
                engine.snapshots().delete(new SnapshotSource(depot.depot(), id));
                isClean = false;
            }
        }
        if (isClean) {
            store.clean(litter);
        }
    }
}
