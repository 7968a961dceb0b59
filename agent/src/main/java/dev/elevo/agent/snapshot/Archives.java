package dev.elevo.agent.snapshot;

import dev.elevo.agent.AgentConfiguration;
import dev.elevo.contract.agent.SnapshotSource;
import dev.elevo.contract.blob.BlobStore;
import dev.elevo.contract.blob.FileBlobStore;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The snapshots that are stored, and trees as they become some. */
@Singleton
public final class Archives {
    /** What the contract lets a snapshot hold. */
    private static final long MOST_CONTENT = 100L << 30;

    private static final Set<String> LAYERS = Set.of("upper", "upper-usr");

    private final Path libraryFile;
    final Path scratch;
    private final BlobStore blobs;
    private final ReentrantLock collecting = new ReentrantLock();
    private @Nullable ArchiveLibrary library;

    Archives(AgentConfiguration configuration) throws IOException {
        libraryFile = configuration.helperProgram().resolveSibling("elevo-agent.so");
        scratch = Files.createDirectories(configuration.directory().resolve("archive"));
        blobs = new FileBlobStore(configuration.directory().resolveSibling("blobs"));
        try (var left = Files.list(scratch)) {
            for (var file : left.toList()) {
                Files.delete(file);
            }
        }
    }

    /** What is stored. */
    public record Stored(long size, long stored) {}

    /**
     * What was just stored.
     *
     * @param sockets how many were left out
     * @param occupied what the disk needs for all that was met, in bytes
     */
    public record Taken(Stored stored, long sockets, long occupied) {}

    /**
     * Where a tree is.
     *
     * @param firstOwner who is here who root is inside
     * @param isStill all of it was written on a disk that nobody has changed since
     */
    public record Tree(Path root, int firstOwner, boolean isStill) {}

    /** Gives a tree, when it is there. */
    public interface Source {
        Tree get() throws IOException;
    }

    /** What is left to others of the disk that all share. */
    public interface Room {
        /** Fails by {@link #noRoom} when that many bytes more would take of it. */
        void require(long bytes) throws IOException;
    }

    /**
     * Stores a tree that nobody changes.
     *
     * @param parent an earlier snapshot of the same file system
     * @param hearer who is told as soon as it is stored, before all is tidied up
     */
    public Stored take(
            SnapshotSource snapshot,
            Source source,
            Instant frozenAt,
            @Nullable String parent,
            Room room,
            Consumer<Taken> hearer)
            throws IOException {
        var order = new Archiver.Order(snapshot.id(), source, LAYERS, frozenAt, parent);
        return stored(new Archiver(library(), scratch, MOST_CONTENT, room)
                .take(
                        depot(snapshot),
                        order,
                        (made, occupied) -> hearer.accept(new Taken(stored(made), made.sockets(), occupied))));
    }

    /**
     * Fills a place where nothing is.
     *
     * @param hasDiskOfItsOwn which is only good when it has taken all of that
     */
    public void restore(SnapshotSource snapshot, Path root, int firstOwner, boolean hasDiskOfItsOwn)
            throws IOException {
        new Restorer(library(), hasDiskOfItsOwn).restore(depot(snapshot), snapshot.id(), root, firstOwner);
    }

    public Optional<Stored> find(SnapshotSource snapshot) throws IOException {
        return blobs.size(depot(snapshot).manifest(snapshot.id())).isPresent()
                ? Optional.of(stored(Manifest.read(depot(snapshot), snapshot.id())))
                : Optional.empty();
    }

    /** Its chunks go with the next collection. */
    public void delete(SnapshotSource snapshot) throws IOException {
        blobs.delete(depot(snapshot).manifest(snapshot.id()));
    }

    /** Removes what nobody needs; returns how much of that has to wait for those at work. */
    public int collect(SnapshotSource depot, Predicate<String> isBeingTaken) throws IOException {
        collecting.lock();
        try {
            return new Collector(depot(depot), isBeingTaken).collect();
        } finally {
            collecting.unlock();
        }
    }

    public List<String> list(SnapshotSource depot) throws IOException {
        return blobs.list(depot(depot).manifests()).stream().map(Depot::idOf).toList();
    }

    private Depot depot(SnapshotSource snapshot) {
        return new Depot(blobs, snapshot.depot());
    }

    private static Stored stored(Manifest manifest) {
        return new Stored(manifest.content(), manifest.stored());
    }

    /** Not before it is needed: an agent without a wall has no use for it. */
    synchronized ArchiveLibrary library() {
        var loaded = library;
        if (loaded == null) {
            loaded = new ArchiveLibrary(libraryFile);
            library = loaded;
        }
        return loaded;
    }

    /** In words for the client. */
    public static String reason(IOException failure) {
        return switch (failure) {
            case SystemException e
            when e.isTooDeep() -> "Its directories are nested more deeply than a snapshot can hold";
            case SystemException e when e.isFull() -> "There is no room for it";
            case DamagedException e -> "The snapshot is damaged: " + e.getMessage();
            case TooLargeException e -> String.valueOf(e.getMessage());
            default -> isFull(failure) ? "There is no room for it" : "The host could not do it";
        };
    }

    /** What {@link #isFull} tells, of who found out otherwise. */
    public static IOException noRoom(@Nullable IOException cause) {
        var full = new SystemException("the disk of the host", SystemException.ENOSPC);
        if (cause != null) {
            full.initCause(cause);
        }
        return full;
    }

    public static boolean isFull(IOException failure) {
        return failure instanceof SystemException system
                ? system.isFull()
                : failure.getMessage() != null && failure.getMessage().contains("No space left on device");
    }
}
