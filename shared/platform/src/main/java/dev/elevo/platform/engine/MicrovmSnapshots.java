package dev.elevo.platform.engine;

import dev.elevo.contract.agent.PrepareSnapshot;
import dev.elevo.contract.agent.SnapshotAgent;
import dev.elevo.contract.agent.SnapshotSource;
import dev.elevo.contract.agent.SnapshotStatus;
import dev.elevo.contract.agent.SnapshotStatus.Progress;
import dev.elevo.contract.agent.SnapshotWaste;
import dev.elevo.contract.agent.TakeSnapshot;
import dev.elevo.platform.engine.Placement.Phase;
import io.micronaut.context.annotation.Requires;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.UUID;

/**
 * Snapshots of the files of sandboxes in MicroVMs: all of them in one blob. The service has none of memory that outlives its MicroVM,
 * and none that could begin another.
 */
@Singleton
@Requires(property = "elevo.engine", value = "microvm")
final class MicrovmSnapshots implements SnapshotAgent {
    private final SavedSnapshots saved;
    private final Placements placements;
    private final Workspaces workspaces;

    MicrovmSnapshots(SavedSnapshots saved, Placements placements, Workspaces workspaces) {
        this.saved = saved;
        this.placements = placements;
        this.workspaces = workspaces;
    }

    /** Waits for it: the agent brings the files while it is asked. */
    @Override
    public SnapshotStatus take(TakeSnapshot order) {
        var known = saved.find(order.snapshot());
        if (known.isPresent()) {
            return done(known.get());
        }
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
        var files = workspaces.save(id, key(order.snapshot()), machine.diskBytes());
        if (!saved.note(order.snapshot(), files)) {
            // Somebody took it at the same time, and was first.
            workspaces.delete(List.of(files.key()));
            return look(order.snapshot());
        }
        return done(files);
    }

    /** Of two who take the same each has a key of his own. */
    private static String key(SnapshotSource snapshot) {
        return "snapshots/" + snapshot.depot() + "/" + snapshot.id() + "-" + UUID.randomUUID();
    }

    @Override
    public SnapshotStatus look(SnapshotSource snapshot) {
        return saved.find(snapshot).map(MicrovmSnapshots::done).orElse(SnapshotStatus.of(Progress.ABSENT));
    }

    /** Nothing has to be ready: each sandbox that begins with it fetches it. */
    @Override
    public SnapshotStatus prepare(PrepareSnapshot order) {
        return look(order.snapshot());
    }

    @Override
    public void delete(SnapshotSource snapshot) {
        saved.find(snapshot).ifPresent(files -> workspaces.delete(List.of(files.key())));
        saved.forget(snapshot);
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
