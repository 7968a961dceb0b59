package dev.elevo.agent.sandbox;

import dev.elevo.agent.driver.Checkpoint;
import dev.elevo.agent.driver.IsolationDriver;
import dev.elevo.agent.driver.Mounted;
import dev.elevo.agent.driver.Mounted.Access;
import dev.elevo.agent.snapshot.Archives;
import dev.elevo.contract.ApiException;
import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.agent.PrepareSnapshot;
import dev.elevo.contract.agent.SnapshotAgent;
import dev.elevo.contract.agent.SnapshotSource;
import dev.elevo.contract.agent.SnapshotStatus;
import dev.elevo.contract.agent.SnapshotStatus.Progress;
import dev.elevo.contract.agent.SnapshotWaste;
import dev.elevo.contract.agent.TakeSnapshot;
import io.micronaut.context.annotation.Value;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes snapshots of the sandboxes of this host, and has them ready for new ones. */
@Singleton
public final class Snapshots implements SnapshotAgent {
    private static final Logger LOG = LoggerFactory.getLogger(Snapshots.class);

    /** What directories of the disk occupy that are not the sandbox's, and more. */
    private static final long OURS = 1 << 20;

    private final Residents residents;
    private final Locks locks;
    private final IsolationDriver driver;
    private final Archives archives;
    private final RestoredDisks restored;
    private final ConcurrentMap<SnapshotSource, Labour> taking = new ConcurrentHashMap<>();
    private final Turns turns;

    /** @param atOnce how many are taken at a time ({@code ELEVO_SNAPSHOTS_AT_ONCE}) */
    Snapshots(
            Residents residents,
            Locks locks,
            IsolationDriver driver,
            Archives archives,
            RestoredDisks restored,
            @Value("${elevo.snapshots.at.once:2}") int atOnce) {
        this.residents = residents;
        this.locks = locks;
        this.driver = driver;
        this.archives = archives;
        this.restored = restored;
        this.turns = new Turns(atOnce);
    }

    @Override
    public SnapshotStatus take(TakeSnapshot order) {
        // Looked at first: what is begun and done after that was begun for a sandbox that ran.
        var refusal = whyItCannotBeTaken(order.sandboxId());
        var underWay = taking.get(order.snapshot());
        if (underWay != null) {
            // It has its copy of the disk: whether the sandbox still runs is no matter.
            return underWay.await(order.waitMs());
        }
        var existing = look(order.snapshot());
        if (existing.progress() == Progress.DONE) {
            return existing;
        }
        if (refusal.isPresent()) {
            throw refusal.get();
        }
        var labour = new Labour(mine -> work(order, mine));
        var other = taking.putIfAbsent(order.snapshot(), labour);
        var awaited =
                other == null ? labour.start("snapshot " + order.snapshot().id()) : other;
        return awaited.await(order.waitMs());
    }

    private Optional<RuntimeException> whyItCannotBeTaken(String sandboxId) {
        if (!driver.hasCheckpoints()) {
            return Optional.of(Acceptance.notOffered("snapshots", driver));
        }
        try {
            residents.require(sandboxId).requireProcesses();
            return Optional.empty();
        } catch (ApiException e) {
            return Optional.of(e);
        }
    }

    private SnapshotStatus work(TakeSnapshot order, Labour labour) {
        try {
            return done(take(order, labour, Instant.now()));
        } catch (IOException e) {
            LOG.warn("snapshot {} was not taken", order.snapshot().id(), e);
            var code = Archives.isFull(e) ? ErrorCode.STORAGE_INSUFFICIENT : ErrorCode.SNAPSHOT_CREATE_FAILED;
            return new SnapshotStatus(Progress.FAILED, 0, 0, code.number(), Archives.reason(e));
        } catch (ApiException e) {
            var failure = e.failure();
            return new SnapshotStatus(Progress.FAILED, 0, 0, failure.code().number(), failure.message());
        } finally {
            // Who asks again later finds what is stored, or may try again; who waits has this answer.
            taking.remove(order.snapshot(), labour);
        }
    }

    /** The sandbox goes on as soon as its disk is copied, which is no more than a note of the host's file system. */
    private Archives.Stored take(TakeSnapshot order, Labour labour, Instant before) throws IOException {
        restored.requireRoom(0);
        var copying = Meanwhile.start("checkpoint " + order.snapshot().id(), () -> checkpoint(order.sandboxId()));
        try {
            return turns.holding(labour, order.snapshot().depot(), () -> store(order, labour, copying, before));
        } finally {
            tidy(() -> copying.end(driver::remove));
        }
    }

    private Checkpoint checkpoint(String id) throws IOException {
        return locks.holding(
                id,
                () -> driver.checkpoint(residents.slotOf(residents.require(id).requireProcesses())));
    }

    private Archives.Stored store(TakeSnapshot order, Labour labour, Meanwhile<Checkpoint> copying, Instant before)
            throws IOException {
        var opening =
                Meanwhile.start("opening " + order.snapshot().id(), () -> driver.open(copying.get(), Access.READ));
        try {
            return archives.take(
                    order.snapshot(),
                    () -> tree(opening.get()),
                    before,
                    order.parent(),
                    restored::requireRoom,
                    taken -> {
                        keep(order.snapshot(), copying, opening, taken);
                        taking.remove(order.snapshot(), labour);
                        labour.complete(done(taken.stored()));
                    });
        } finally {
            tidy(() -> opening.end(Mounted::close));
        }
    }

    /**
     * What was read is what would be restored, but for sockets, and for files that were deleted while somebody had them open: nobody
     * would ever give back what they occupy. Who begins with it soon need not wait for that.
     */
    private void keep(
            SnapshotSource snapshot, Meanwhile<Checkpoint> copying, Meanwhile<Mounted> opening, Archives.Taken taken) {
        tidy(() -> {
            if (copying.get().hasLimit()
                    && taken.sockets() == 0
                    && opening.get().used() - taken.occupied() <= OURS) {
                restored.adopt(snapshot, copying.giveAway().filesAlone(), Instant.now());
            }
        });
    }

    private interface Tidying {
        void run() throws IOException;
    }

    private static void tidy(Tidying tidying) {
        try {
            tidying.run();
        } catch (IOException e) {
            LOG.warn("the copy of a disk stays until the next start", e);
        }
    }

    private static Archives.Tree tree(Mounted files) {
        return new Archives.Tree(files.root(), files.firstId(), files.isStill());
    }

    private static SnapshotStatus done(Archives.Stored stored) {
        return new SnapshotStatus(Progress.DONE, stored.size(), stored.stored(), null, null);
    }

    @Override
    public SnapshotStatus look(SnapshotSource snapshot) {
        var labour = taking.get(snapshot);
        if (labour != null) {
            return labour.status();
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
