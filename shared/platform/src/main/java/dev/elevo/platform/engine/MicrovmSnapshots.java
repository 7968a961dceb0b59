package dev.elevo.platform.engine;

import dev.elevo.contract.ApiException;
import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import dev.elevo.contract.agent.PrepareSnapshot;
import dev.elevo.contract.agent.SaveStatus;
import dev.elevo.contract.agent.SavedWorkspace;
import dev.elevo.contract.agent.SnapshotAgent;
import dev.elevo.contract.agent.SnapshotSource;
import dev.elevo.contract.agent.SnapshotStatus;
import dev.elevo.contract.agent.SnapshotStatus.Progress;
import dev.elevo.contract.agent.SnapshotWaste;
import dev.elevo.contract.agent.TakeSnapshot;
import dev.elevo.platform.engine.Placement.Phase;
import dev.elevo.platform.engine.Placements.Kept;
import dev.elevo.platform.engine.SavedSnapshots.Entry;
import dev.elevo.platform.engine.SavedSnapshots.Taken;
import dev.elevo.platform.engine.SavedSnapshots.Taking;
import io.micronaut.context.annotation.Requires;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Snapshots of the files of sandboxes in MicroVMs: all of them in one blob. The service has none of memory that outlives its MicroVM,
 * and none that could begin another. The agent saves while nobody waits, and whoever takes one or looks at it brings it further.
 */
@Singleton
@Requires(property = "elevo.engine", value = "microvm")
final class MicrovmSnapshots implements SnapshotAgent {
    private static final Logger LOG = LoggerFactory.getLogger(MicrovmSnapshots.class);

    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);

    private static final Failure LEFT = new Failure.Refused(
            ErrorCode.SNAPSHOT_CREATE_FAILED, "The machine of the sandbox ended before its files were saved");

    private final SavedSnapshots saved;
    private final Placements placements;
    private final Workspaces workspaces;

    MicrovmSnapshots(SavedSnapshots saved, Placements placements, Workspaces workspaces) {
        this.saved = saved;
        this.placements = placements;
        this.workspaces = workspaces;
    }

    @Override
    public SnapshotStatus take(TakeSnapshot order) {
        var snapshot = order.snapshot();
        var end = System.nanoTime() + Duration.ofMillis(order.waitMs()).toNanos();
        var status = further(snapshot, saved.find(snapshot).or(() -> begin(order)), order.waitMs());
        while (status.isUnderWay()
                && System.nanoTime() < end
                && !Thread.currentThread().isInterrupted()) {
            // The agent itself did not wait: it is silent, or sleeps.
            LockSupport.parkNanos(Math.min(end - System.nanoTime(), BETWEEN_LOOKS.toNanos()));
            var left = Duration.ofNanos(Math.max(0, end - System.nanoTime()));
            status = further(snapshot, saved.find(snapshot), (int) left.toMillis());
        }
        return status;
    }

    /** Of two who take the same the second goes on with what the first began. */
    private Optional<Entry> begin(TakeSnapshot order) {
        var snapshot = order.snapshot();
        var id = order.sandboxId();
        var placement = placements
                .find(id)
                .orElseThrow(() -> MicrovmAddresses.notFound(id).asException())
                .placement();
        var machine = placement.machine();
        if (!placement.is(Phase.RUNNING) || machine == null) {
            throw placement.is(Phase.SUSPENDED)
                    ? NotOffered.of("a snapshot of a paused sandbox").asException()
                    : MicrovmAddresses.notRunning(id).asException();
        }
        var arrival = workspaces.expect("snapshots/" + snapshot.depot() + "/" + snapshot.id());
        var taking = new Taking(id, machine.microvmId(), machine.diskBytes(), arrival);
        if (saved.begin(snapshot, taking)) {
            return Optional.of(taking);
        }
        workspaces.abandon(arrival);
        return saved.find(snapshot);
    }

    @Override
    public SnapshotStatus look(SnapshotSource snapshot) {
        return further(snapshot, saved.find(snapshot), 0);
    }

    private SnapshotStatus further(SnapshotSource snapshot, Optional<Entry> entry, int waitMs) {
        return switch (entry.orElse(null)) {
            case null -> SnapshotStatus.of(Progress.ABSENT);
            case Taken(Workspaces.Files files) -> done(files);
            case Taking taking -> further(snapshot, taking, waitMs);
        };
    }

    private SnapshotStatus further(SnapshotSource snapshot, Taking taking, int waitMs) {
        try {
            var status = ask(taking, waitMs);
            if (status.progress() == Progress.DONE) {
                return finish(snapshot, taking, Objects.requireNonNull(status.saved(), "what is done was saved"));
            }
            if (status.progress() == Progress.FAILED
                    && saved.find(snapshot).orElse(null) instanceof Taken(Workspaces.Files files)) {
                // Somebody has finished it since it was read, and had the agent forget it.
                return done(files);
            }
            return new SnapshotStatus(status.progress(), 0, status.bytes(), status.code(), status.reason());
        } catch (ApiException e) {
            // Nobody knows what the agent does meanwhile; it has time until its addresses end.
            LOG.info("{} is not brought further now: {}", snapshot, e.getMessage());
            var status = workspaces.isLate(taking.arrival()) ? Workspaces.late() : SaveStatus.of(Progress.AT_WORK, 0);
            return new SnapshotStatus(status.progress(), 0, 0, status.code(), status.reason());
        }
    }

    /** One that sleeps is not woken for it, and goes on when it is. */
    private SaveStatus ask(Taking taking, int waitMs) {
        var placement = stillIn(taking);
        if (placement.isEmpty()) {
            return SaveStatus.failed(LEFT);
        }
        if (isAwake(placement.get())) {
            return workspaces.further(taking.sandboxId(), taking.arrival(), taking.diskBytes(), waitMs);
        }
        return workspaces.isLate(taking.arrival()) ? Workspaces.late() : SaveStatus.of(Progress.AT_WORK, 0);
    }

    /** Its sandbox, where that has not left the machine whose agent knows of it. */
    private Optional<Placement> stillIn(Taking taking) {
        return placements
                .find(taking.sandboxId())
                .map(Kept::placement)
                .filter(placement -> placement.machine() != null
                        && placement.machine().microvmId().equals(taking.microvmId()));
    }

    private static boolean isAwake(Placement placement) {
        return placement.is(Phase.RUNNING) || placement.is(Phase.SAVING);
    }

    private SnapshotStatus finish(SnapshotSource snapshot, Taking taking, SavedWorkspace what) {
        var files = workspaces.complete(taking.arrival(), what);
        if (!saved.finish(snapshot, files)) {
            // It was deleted meanwhile.
            workspaces.delete(List.of(files.key()));
            return SnapshotStatus.of(Progress.ABSENT);
        }
        workspaces.forget(taking.sandboxId(), taking.arrival());
        return done(files);
    }

    /** Nothing has to be ready: each sandbox that begins with it fetches it. */
    @Override
    public SnapshotStatus prepare(PrepareSnapshot order) {
        return look(order.snapshot());
    }

    @Override
    public void delete(SnapshotSource snapshot) {
        saved.find(snapshot).ifPresent(entry -> {
            switch (entry) {
                case Taken(Workspaces.Files files) -> workspaces.delete(List.of(files.key()));
                case Taking taking -> giveUp(taking);
            }
            saved.forget(snapshot, entry);
        });
    }

    private void giveUp(Taking taking) {
        if (stillIn(taking).filter(MicrovmSnapshots::isAwake).isPresent()) {
            workspaces.forget(taking.sandboxId(), taking.arrival());
        }
        workspaces.abandon(taking.arrival());
    }

    /** Each is whole for itself: there is nothing that two could share. */
    @Override
    public SnapshotWaste collect(SnapshotSource depot) {
        return new SnapshotWaste(0, saved.ids(depot.depot()));
    }

    private static SnapshotStatus done(Workspaces.Files files) {
        return new SnapshotStatus(Progress.DONE, files.bytes(), files.bytes(), null, null);
    }
}
