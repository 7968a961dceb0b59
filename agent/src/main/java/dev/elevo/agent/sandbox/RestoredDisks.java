package dev.elevo.agent.sandbox;

import dev.elevo.agent.driver.Checkpoint;
import dev.elevo.agent.driver.HostDisk;
import dev.elevo.agent.driver.IsolationDriver;
import dev.elevo.agent.driver.Mounted.Access;
import dev.elevo.agent.snapshot.Archives;
import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.agent.PrepareSnapshot;
import dev.elevo.contract.agent.SnapshotSource;
import dev.elevo.contract.agent.SnapshotStatus;
import dev.elevo.contract.agent.SnapshotStatus.Progress;
import io.micronaut.context.annotation.Value;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Disks with the files of snapshots, for any number of sandboxes to begin with: only the first has to wait until its snapshot is fetched.
 * The oldest ones go when there are many; they can be made again. The disk that a snapshot was just taken of is one, too, for a while.
 */
@Singleton
final class RestoredDisks {
    private static final Logger LOG = LoggerFactory.getLogger(RestoredDisks.class);
    private static final int MOST = 8;
    /** Of those that nobody has asked for: what is changed in the sandbox meanwhile is on the host's disk twice. */
    private static final int MOST_UNUSED = 2;

    static final Duration LIFE_UNUSED = Duration.ofMinutes(5);

    private final IsolationDriver driver;
    private final Archives archives;
    private final HostDisk hostDisk;
    private final Turns turns;
    private final Map<Key, Labour> restoring = new LinkedHashMap<>();
    private final Map<Key, Kept> ready = new LinkedHashMap<>(16, 0.75f, true);

    /** @param atOnce how many are restored at a time ({@code ELEVO_SNAPSHOTS_AT_ONCE}) */
    RestoredDisks(
            IsolationDriver driver,
            Archives archives,
            HostDisk hostDisk,
            @Value("${elevo.snapshots.at.once:2}") int atOnce) {
        this.hostDisk = hostDisk;
        this.turns = new Turns(atOnce);
        this.driver = driver;
        this.archives = archives;
    }

    private record Key(SnapshotSource snapshot, int gigabytes) {}

    /** A disk, and how many begin with it at this moment. */
    private static final class Kept {
        private final Checkpoint disk;
        private Instant unusedUntil;
        private int users;
        private boolean isGivenUp;

        Kept(Checkpoint disk, Instant unusedUntil) {
            this.disk = disk;
            this.unusedUntil = unusedUntil;
        }

        boolean isUnused() {
            return unusedUntil.isBefore(Instant.MAX);
        }
    }

    SnapshotStatus prepare(PrepareSnapshot order) {
        if (!driver.hasCheckpoints()) {
            throw Acceptance.notOffered("snapshots", driver);
        }
        var key = new Key(order.snapshot(), order.gigabytes());
        Labour labour;
        synchronized (this) {
            var kept = ready.get(key);
            if (kept != null) {
                // Who asks is going to begin with it.
                kept.unusedUntil = Instant.MAX;
                return SnapshotStatus.of(Progress.DONE);
            }
            labour = restoring.get(key);
            if (labour == null) {
                labour = new Labour(mine -> restore(key, mine));
                restoring.put(key, labour);
                labour.start("restore " + order.snapshot().id());
            }
        }
        return labour.await(order.waitMs());
    }

    /** The disk for a sandbox that begins now; whoever begins keeps it from being removed meanwhile. */
    <T> Optional<T> with(SnapshotSource snapshot, int gigabytes, Start<T> start) throws IOException {
        var kept = use(new Key(snapshot, gigabytes));
        if (kept == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(start.from(kept.disk));
        } finally {
            leave(kept);
        }
    }

    private synchronized @Nullable Kept use(Key key) {
        var kept = ready.get(key);
        if (kept != null) {
            kept.users++;
            kept.unusedUntil = Instant.MAX;
        }
        return kept;
    }

    /** Whoever began has his disk, whatever becomes of this one: the last of them removes it. */
    private void leave(Kept kept) {
        synchronized (this) {
            kept.users--;
            if (!kept.isGivenUp || kept.users > 0) {
                return;
            }
        }
        remove(List.of(kept));
    }

    private void remove(List<Kept> givenUp) {
        for (var kept : givenUp) {
            try {
                driver.remove(kept.disk);
            } catch (IOException e) {
                LOG.warn("a restored disk stays until the next start", e);
            }
        }
    }

    /** The larger it is the longer it takes, and nobody waits for the room. */
    private void removeMeanwhile(List<Kept> givenUp) {
        if (!givenUp.isEmpty()) {
            Thread.ofVirtual().name("restored-end").start(() -> remove(givenUp));
        }
    }

    interface Start<T> {
        T from(Checkpoint disk) throws IOException;
    }

    private SnapshotStatus restore(Key key, Labour labour) {
        try {
            keep(key, turns.holding(labour, key.snapshot().depot(), () -> fill(key)));
            return SnapshotStatus.of(Progress.DONE);
        } catch (IOException e) {
            LOG.warn("snapshot {} was not restored", key.snapshot().id(), e);
            var code = Archives.isFull(e) ? ErrorCode.STORAGE_INSUFFICIENT : ErrorCode.SANDBOX_CREATION_FAILED;
            return new SnapshotStatus(Progress.FAILED, 0, 0, code.number(), Archives.reason(e));
        } finally {
            synchronized (this) {
                restoring.remove(key);
            }
        }
    }

    private Checkpoint fill(Key key) throws IOException {
        var stored = archives.find(key.snapshot());
        if (stored.isPresent()) {
            requireRoom(stored.get().size());
        }
        var disk = driver.blank(key.gigabytes());
        try {
            try (var files = driver.open(disk, Access.WRITE)) {
                archives.restore(key.snapshot(), files.root(), files.firstId(), disk.hasLimit());
            }
            return disk;
        } catch (IOException e) {
            var isFull = hostDisk.isFull();
            driver.remove(disk);
            throw isFull ? Archives.noRoom(e) : e;
        } catch (RuntimeException e) {
            driver.remove(disk);
            throw e;
        }
    }

    /** What lies ready for nobody makes room. There may still come to be none: others fill the same disk meanwhile. */
    void requireRoom(long bytes) throws IOException {
        while (!hostDisk.hasRoomFor(bytes)) {
            var givenUp = giveUpOne();
            if (givenUp.isEmpty()) {
                throw Archives.noRoom(null);
            }
            remove(givenUp);
        }
    }

    /** None when sandboxes begin with all of them just now. */
    private synchronized List<Kept> giveUpOne() {
        var unused = giveUp(kept -> kept.users == 0 && kept.isUnused(), 1);
        return unused.isEmpty() ? giveUp(kept -> kept.users == 0, 1) : unused;
    }

    private void keep(Key key, Checkpoint disk) {
        keep(key, new Kept(disk, Instant.MAX));
    }

    /** Of a snapshot that is there from now on. The disk is ours. */
    void adopt(SnapshotSource snapshot, Checkpoint disk, Instant now) {
        keep(new Key(snapshot, disk.gigabytes()), new Kept(disk, now.plus(LIFE_UNUSED)));
    }

    private void keep(Key key, Kept kept) {
        var givenUp = new ArrayList<Kept>();
        synchronized (this) {
            var former = ready.put(key, kept);
            if (former != null && isFreeOnceGivenUp(former)) {
                givenUp.add(former);
            }
            var unused = (int) ready.values().stream().filter(Kept::isUnused).count();
            givenUp.addAll(giveUp(Kept::isUnused, unused - MOST_UNUSED));
            givenUp.addAll(giveUp(_ -> true, ready.size() - MOST));
        }
        removeMeanwhile(givenUp);
    }

    /** Those whose time is over, and all where the disk is short: to others they are as good as gone. */
    void dropUnused(Instant now) {
        var isShort = !hostDisk.hasRoom();
        List<Kept> givenUp;
        synchronized (this) {
            givenUp = giveUp(kept -> kept.isUnused() && (isShort || !now.isBefore(kept.unusedUntil)), ready.size());
        }
        removeMeanwhile(givenUp);
    }

    /** Nobody begins with it any more. */
    void forget(SnapshotSource snapshot) {
        List<Kept> givenUp;
        synchronized (this) {
            var its = ready.entrySet().stream()
                    .filter(entry -> entry.getKey().snapshot().equals(snapshot))
                    .map(Map.Entry::getValue)
                    .collect(Collectors.toSet());
            givenUp = giveUp(its::contains, its.size());
        }
        remove(givenUp);
    }

    /**
     * First those that nobody has asked for for the longest time.
     *
     * @return those that are to be removed: others have users, the last of whom does it
     */
    private List<Kept> giveUp(Predicate<Kept> which, int most) {
        var free = new ArrayList<Kept>();
        int count = 0;
        for (var each = ready.values().iterator(); count < most && each.hasNext(); ) {
            var kept = each.next();
            if (which.test(kept)) {
                each.remove();
                count++;
                if (isFreeOnceGivenUp(kept)) {
                    free.add(kept);
                }
            }
        }
        return free;
    }

    private static boolean isFreeOnceGivenUp(Kept kept) {
        kept.isGivenUp = true;
        return kept.users == 0;
    }
}
