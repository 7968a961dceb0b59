package dev.elevo.agent.sandbox;

import dev.elevo.agent.driver.IsolationDriver;
import dev.elevo.agent.driver.Mounted.Access;
import dev.elevo.agent.snapshot.Archives;
import dev.elevo.contract.ApiException;
import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import dev.elevo.contract.agent.PrepareSnapshot;
import dev.elevo.contract.agent.SnapshotAgent;
import dev.elevo.contract.agent.SnapshotSource;
import dev.elevo.contract.agent.SnapshotStatus;
import dev.elevo.contract.agent.SnapshotStatus.Progress;
import dev.elevo.contract.agent.SnapshotWaste;
import dev.elevo.contract.agent.TakeSnapshot;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.FutureTask;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes snapshots of the sandboxes of this host, and has them ready for new ones. */
@Singleton
public final class Snapshots implements SnapshotAgent {
    private static final Logger LOG = LoggerFactory.getLogger(Snapshots.class);

    private final Residents residents;
    private final Locks locks;
    private final IsolationDriver driver;
    private final Archives archives;
    private final RestoredDisks restored;
    private final ConcurrentMap<SnapshotSource, FutureTask<SnapshotStatus>> taking = new ConcurrentHashMap<>();

    Snapshots(Residents residents, Locks locks, IsolationDriver driver, Archives archives, RestoredDisks restored) {
        this.residents = residents;
        this.locks = locks;
        this.driver = driver;
        this.archives = archives;
        this.restored = restored;
    }

    @Override
    public SnapshotStatus take(TakeSnapshot order) {
        var existing = look(order.snapshot());
        if (existing.progress() == Progress.DONE) {
            return existing;
        }
        refuseWhatCannotBeTaken(order.sandboxId());
        var task = new FutureTask<>(() -> work(order));
        var other = taking.putIfAbsent(order.snapshot(), task);
        if (other == null) {
            Thread.ofPlatform()
                    .name("snapshot " + order.snapshot().id())
                    .daemon()
                    .start(task);
        }
        return Waiting.await(other == null ? task : other, order.waitMs());
    }

    private void refuseWhatCannotBeTaken(String sandboxId) {
        if (!driver.hasCheckpoints()) {
            throw Acceptance.notOffered("snapshots", driver);
        }
        var resident = residents.get(sandboxId);
        if (resident.isEmpty()) {
            throw new Failure.Refused(ErrorCode.SANDBOX_NOT_FOUND, "No such sandbox", Map.of("sandboxId", sandboxId))
                    .asException();
        }
        if (!resident.get().hasProcesses()) {
            throw notRunning(sandboxId);
        }
    }

    private static ApiException notRunning(String sandboxId) {
        return new Failure.Refused(
                        ErrorCode.SANDBOX_NOT_RUNNING, "The sandbox is not running", Map.of("sandboxId", sandboxId))
                .asException();
    }

    private SnapshotStatus work(TakeSnapshot order) {
        try {
            return done(take(order, Instant.now()));
        } catch (IOException e) {
            LOG.warn("snapshot {} was not taken", order.snapshot().id(), e);
            var code = Archives.isFull(e) ? ErrorCode.STORAGE_INSUFFICIENT : ErrorCode.SNAPSHOT_CREATE_FAILED;
            return new SnapshotStatus(Progress.FAILED, 0, 0, code.number(), Archives.reason(e));
        } catch (ApiException e) {
            var failure = e.failure();
            return new SnapshotStatus(Progress.FAILED, 0, 0, failure.code().number(), failure.message());
        } finally {
            // Who asks again later finds what is stored, or may try again; who waits has this answer.
            taking.remove(order.snapshot());
        }
    }

    /** The sandbox goes on as soon as its disk is copied, which is no more than a note of the host's file system. */
    private Archives.Stored take(TakeSnapshot order, Instant before) throws IOException {
        var id = order.sandboxId();
        var copy = locks.holding(id, () -> {
            var resident = residents.get(id).filter(Resident::hasProcesses).orElseThrow(() -> notRunning(id));
            return driver.checkpoint(residents.slotOf(resident));
        });
        try {
            try (var files = driver.open(copy, Access.READ)) {
                return archives.take(order.snapshot(), files.root(), files.firstId(), before, order.parent());
            }
        } finally {
            driver.remove(copy);
        }
    }

    private static SnapshotStatus done(Archives.Stored stored) {
        return new SnapshotStatus(Progress.DONE, stored.size(), stored.stored(), null, null);
    }

    @Override
    public SnapshotStatus look(SnapshotSource snapshot) {
        if (taking.containsKey(snapshot)) {
            return SnapshotStatus.of(Progress.AT_WORK);
        }
        try {
            return archives.find(snapshot).map(Snapshots::done).orElseGet(() -> SnapshotStatus.of(Progress.ABSENT));
        } catch (IOException e) {
            return new SnapshotStatus(
                    Progress.FAILED, 0, 0, ErrorCode.SNAPSHOT_CREATE_FAILED.number(), Archives.reason(e));
        }
    }

    @Override
    public SnapshotStatus prepare(PrepareSnapshot order) {
        return restored.prepare(order);
    }

    @Override
    public void delete(SnapshotSource snapshot) {
        try {
            archives.delete(snapshot);
            restored.forget(snapshot);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public SnapshotWaste collect(SnapshotSource depot) {
        try {
            var waiting = archives.collect(depot, id -> taking.containsKey(new SnapshotSource(depot.depot(), id)));
            return new SnapshotWaste(waiting, archives.list(depot));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
