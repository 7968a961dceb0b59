package dev.elevo.functions.sandboxes;

import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import dev.elevo.contract.agent.PrepareSnapshot;
import dev.elevo.contract.agent.SnapshotSource;
import dev.elevo.contract.agent.SnapshotStatus;
import dev.elevo.contract.snapshot.SnapshotState;
import dev.elevo.platform.deployment.Deployment;
import dev.elevo.platform.engine.Engine;
import dev.elevo.platform.sandbox.Sandbox;
import dev.elevo.platform.snapshot.Depots;
import dev.elevo.platform.snapshot.Snapshot;
import dev.elevo.platform.snapshot.SnapshotFailures;
import dev.elevo.platform.snapshot.SnapshotStore;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Snapshots that sandboxes begin with. */
@Singleton
class SourceSnapshots {
    private final SnapshotStore store;
    private final Engine engine;
    private final Deployment deployment;
    private final InstantSource clock;

    SourceSnapshots(SnapshotStore store, Engine engine, Deployment deployment, InstantSource clock) {
        this.store = store;
        this.engine = engine;
        this.deployment = deployment;
        this.clock = clock;
    }

    /** The one that is asked for, null when none is; 7000, 7002 when it is not to be had. */
    @Nullable
    Snapshot wanted(String organizationId, @Nullable String idOrName) {
        if (idOrName == null) {
            return null;
        }
        var snapshot = store.find(organizationId, idOrName)
                .filter(found -> !found.isExpired(clock.instant()))
                .orElseThrow(() -> SnapshotFailures.notFound(idOrName).asException());
        if (snapshot.state() != SnapshotState.AVAILABLE) {
            throw SnapshotFailures.notAvailable(snapshot).asException();
        }
        return snapshot;
    }

    Optional<Snapshot> find(String organizationId, String id) {
        return store.find(organizationId, id);
    }

    /** It is not deleted while the sandbox is being made; false when it was already. */
    boolean use(Snapshot snapshot, Sandbox sandbox) {
        return store.use(snapshot, sandbox.id());
    }

    /** The sandbox is made, or will not be. */
    void release(Sandbox sandbox) {
        var snapshot = sandbox.settings().snapshot();
        if (snapshot != null) {
            store.release(sandbox.organizationId(), snapshot, sandbox.id());
        }
    }

    /** Where a sandbox's files come from, ready to be had; null when it begins with its template alone. */
    @Nullable
    SnapshotSource ready(Sandbox sandbox) {
        var id = sandbox.settings().snapshot();
        if (id == null) {
            return null;
        }
        var source = new SnapshotSource(Depots.of(sandbox.organizationId()), id);
        var disk = Objects.requireNonNull(sandbox.settings().resources().disk(), "the defaults are filled in");
        var order = new PrepareSnapshot(source, disk, deployment.maxWaitMs());
        SnapshotStatus status;
        do {
            status = engine.snapshots().prepare(order);
        } while (status.isUnderWay());
        if (status.progress() != SnapshotStatus.Progress.DONE) {
            throw failed(id, status).asException();
        }
        return source;
    }

    private static Failure failed(String id, SnapshotStatus status) {
        var reason = status.reason() == null ? "it is not stored any more" : status.reason();
        return new Failure.Refused(
                ErrorCode.SANDBOX_CREATION_FAILED,
                "Snapshot " + id + " could not be restored: " + reason,
                Map.of("snapshotId", id));
    }
}
