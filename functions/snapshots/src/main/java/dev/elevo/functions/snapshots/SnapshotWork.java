package dev.elevo.functions.snapshots;

import dev.elevo.contract.ApiException;
import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import dev.elevo.contract.agent.SnapshotStatus;
import dev.elevo.contract.agent.TakeSnapshot;
import dev.elevo.contract.sandbox.SandboxState;
import dev.elevo.contract.snapshot.SnapshotState;
import dev.elevo.platform.deployment.Deployment;
import dev.elevo.platform.engine.Engine;
import dev.elevo.platform.sandbox.Background;
import dev.elevo.platform.sandbox.SandboxStore;
import dev.elevo.platform.snapshot.Depots;
import dev.elevo.platform.snapshot.Snapshot;
import dev.elevo.platform.snapshot.SnapshotFailures;
import dev.elevo.platform.snapshot.SnapshotStore;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has the engine take snapshots and remove them. Every step may be repeated, by whoever finds one half done. */
@Singleton
class SnapshotWork {
    private static final Logger LOG = LoggerFactory.getLogger(SnapshotWork.class);

    private final SnapshotStore store;
    private final SandboxStore sandboxes;
    private final Engine engine;
    private final Deployment deployment;
    private final InstantSource clock;

    SnapshotWork(
            SnapshotStore store, SandboxStore sandboxes, Engine engine, Deployment deployment, InstantSource clock) {
        this.store = store;
        this.sandboxes = sandboxes;
        this.engine = engine;
        this.deployment = deployment;
        this.clock = clock;
    }

    /** Starts the work, which goes on whether or not anybody waits for it. */
    Background<Snapshot> begin(Snapshot snapshot) {
        var order = order(snapshot, deployment.maxWaitMs());
        return Background.start("snapshot " + snapshot.id(), () -> take(snapshot, order));
    }

    /** Has it begun before anybody is answered: where functions stand still between requests, nobody would begin it later. */
    void order(Snapshot snapshot) {
        if (attempt(snapshot, order(snapshot, 0)).isEmpty()) {
            begin(snapshot);
        }
    }

    private TakeSnapshot order(Snapshot snapshot, int waitMs) {
        return new TakeSnapshot(Depots.of(snapshot), snapshot.sandboxId(), parent(snapshot), waitMs);
    }

    private Snapshot take(Snapshot snapshot, TakeSnapshot order) {
        Optional<Snapshot> taken;
        do {
            taken = attempt(snapshot, order);
        } while (taken.isEmpty());
        return taken.get();
    }

    /** Empty while it is under way. */
    private Optional<Snapshot> attempt(Snapshot snapshot, TakeSnapshot order) {
        SnapshotStatus status;
        try {
            status = engine.snapshots().take(order);
        } catch (ApiException refusal) {
            return Optional.of(refused(snapshot, refusal));
        } catch (RuntimeException broken) {
            var reason = "The engine broke";
            return Optional.of(failed(snapshot, reason)
                    .orElseThrow(() -> failure(snapshot, null, reason).causedBy(broken)));
        }
        if (status.isUnderWay()) {
            return Optional.empty();
        }
        if (status.progress() == SnapshotStatus.Progress.DONE) {
            return Optional.of(complete(snapshot, status));
        }
        var reason = Objects.requireNonNullElse(status.reason(), "Nobody finished it");
        return Optional.of(failed(snapshot, reason)
                .orElseThrow(() -> failure(snapshot, status.code(), reason).asException()));
    }

    /** What was done while nobody waited for it is recorded by whoever looks. */
    Snapshot look(Snapshot snapshot) {
        try {
            var status = engine.snapshots().look(Depots.of(snapshot));
            return status.progress() == SnapshotStatus.Progress.DONE ? complete(snapshot, status) : snapshot;
        } catch (ApiException e) {
            LOG.info("nobody says how far {} is", snapshot.id(), e);
            return snapshot;
        }
    }

    /** What makes it faster: the newest of the same sandbox, whose files are mostly those of this one. */
    private @Nullable String parent(Snapshot snapshot) {
        return store.list(snapshot.organizationId()).stream()
                .filter(other -> other.state() == SnapshotState.AVAILABLE
                        && other.sandboxId().equals(snapshot.sandboxId()))
                .max(Comparator.comparing(Snapshot::createdAt))
                .map(Snapshot::id)
                .orElse(null);
    }

    /** It is there now. One that was given up meanwhile is not missed by anybody. */
    Snapshot complete(Snapshot snapshot, SnapshotStatus status) {
        var saved = store.replace(snapshot, snapshot.available(status.size(), clock.instant()));
        if (saved.isPresent()) {
            return saved.get();
        }
        var finished = finished(snapshot);
        if (finished.isPresent()) {
            return finished.get();
        }
        engine.snapshots().delete(Depots.of(snapshot));
        store.litter(snapshot.organizationId());
        throw SnapshotFailures.notFound(snapshot.id()).asException();
    }

    /** By somebody else who works at it: a repeated request, or the sweeper. */
    private Optional<Snapshot> finished(Snapshot snapshot) {
        return store.find(snapshot.organizationId(), snapshot.id())
                .filter(now -> now.state() == SnapshotState.AVAILABLE);
    }

    private Snapshot refused(Snapshot snapshot, ApiException refusal) {
        var code = refusal.failure().code();
        if (code == ErrorCode.SANDBOX_NOT_RUNNING
                || code == ErrorCode.SANDBOX_NOT_FOUND
                || code == ErrorCode.NOT_IMPLEMENTED) {
            // It was never begun; there is nothing to be told of it later. Whoever finished it did begin.
            store.replace(snapshot, snapshot.deleting()).ifPresent(this::remove);
            return finished(snapshot).orElseThrow(() -> refusal);
        }
        return failed(snapshot, refusal.failure().message()).orElseThrow(() -> refusal);
    }

    /**
     * It will not be there, and says why; what of it is stored goes.
     *
     * @return what somebody else has finished meanwhile: that stays
     */
    Optional<Snapshot> failed(Snapshot snapshot, String reason) {
        if (store.replace(snapshot, snapshot.failed(reason, clock.instant())).isEmpty()) {
            var finished = finished(snapshot);
            if (finished.isPresent()) {
                return finished;
            }
        }
        // First the note: the engine may be why it failed.
        store.litter(snapshot.organizationId());
        engine.snapshots().delete(Depots.of(snapshot));
        return Optional.empty();
    }

    private static Failure failure(Snapshot snapshot, @Nullable Integer number, String reason) {
        var known = number == null ? null : ErrorCode.ofNumber(number);
        return new Failure.Refused(
                known == null ? ErrorCode.SNAPSHOT_CREATE_FAILED : known,
                "The snapshot could not be taken: " + reason,
                Map.of("snapshotId", snapshot.id()));
    }

    /**
     * Marks, removes, forgets: if it dies in between, the mark tells the sweeper what was meant.
     *
     * @return false when a sandbox is being made of it
     */
    boolean remove(Snapshot snapshot) {
        var seen = snapshot;
        while (true) {
            if (seen.state() != SnapshotState.DELETING) {
                if (isUsed(seen)) {
                    return false;
                }
                var marked = store.replace(seen, seen.deleting());
                if (marked.isPresent()) {
                    seen = marked.get();
                }
            }
            if (seen.state() == SnapshotState.DELETING) {
                engine.snapshots().delete(Depots.of(seen));
                if (store.remove(seen)) {
                    return true;
                }
            }
            var now = store.find(seen.organizationId(), seen.id());
            if (now.isEmpty()) {
                return true;
            }
            seen = now.get();
        }
    }

    /** A sandbox is recorded before it uses a snapshot; one that is not being made does not use it, whoever died. */
    private boolean isUsed(Snapshot snapshot) {
        var isUsed = false;
        for (var user : snapshot.users()) {
            var sandbox = sandboxes.find(snapshot.organizationId(), user);
            if (sandbox.isPresent() && sandbox.get().state() == SandboxState.CREATING) {
                isUsed = true;
            } else {
                store.release(snapshot.organizationId(), snapshot.id(), user);
            }
        }
        return isUsed;
    }
}
