package dev.elevo.agent.snapshot;

import dev.elevo.agent.driver.FileTrees;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Trees of files as one compressed stream, and back. Nothing of them is ever in memory as a whole. */
@Singleton
public final class SavedTrees {
    private static final Logger LOG = LoggerFactory.getLogger(SavedTrees.class);

    private final Archives archives;

    SavedTrees(Archives archives) {
        this.archives = archives;
    }

    /** What was written. */
    public record Written(long bytes, String sha256) {}

    /** The trees may be in use: of what changes meanwhile, before or after. */
    public Written write(List<Path> roots, OutputStream to) throws IOException {
        try (var hash = new StreamHash(archives.library())) {
            var hashing = new HashingOutput(hash, to);
            try (var writer = new TreeWriter(archives.library(), archives.scratch, hashing)) {
                writer.write(roots);
            }
            return new Written(hashing.count(), hex(hash));
        }
    }

    /**
     * Reads trees, beside those that are there.
     *
     * @param sha256 of the stream
     * @param mayHold which roots are for the stream to fill
     * @throws DamagedException it is not what was written
     */
    public Unpacked unpack(InputStream from, String sha256, Predicate<Path> mayHold) throws IOException {
        var unpacked = new Unpacked(mayHold);
        try (var hash = new StreamHash(archives.library())) {
            var hashing = new HashingInput(hash, from);
            try (var reader = new TreeReader(archives.library(), hashing, unpacked)) {
                reader.read();
            }
            hashing.transferTo(OutputStream.nullOutputStream());
            if (!hex(hash).equals(sha256)) {
                throw new DamagedException("saved files", "they are not what was saved");
            }
            return unpacked;
        } catch (IOException | RuntimeException e) {
            unpacked.close();
            throw e;
        }
    }

    /** Trees that nobody sees yet. */
    public static final class Unpacked implements TreeReader.Places, AutoCloseable {
        private final Predicate<Path> mayHold;
        private final String name = TreeWriter.OURS + UUID.randomUUID();
        private final Map<Path, @Nullable Entry> tops = new LinkedHashMap<>();

        private Unpacked(Predicate<Path> mayHold) {
            this.mayHold = mayHold;
        }

        /** Within it, so that what is built there can be moved into it whatever it is mounted from. */
        @Override
        public Path begin(Path root) throws IOException {
            if (!mayHold.test(root) || tops.containsKey(root)) {
                throw new DamagedException("saved files", "they have no place here");
            }
            if (!Files.exists(root, LinkOption.NOFOLLOW_LINKS)) {
                Files.createDirectories(root);
            }
            if (!root.toRealPath().equals(root)) {
                throw new IOException("a link is in the way to " + root);
            }
            tops.put(root, null);
            return Files.createDirectory(
                    root.resolve(name),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }

        @Override
        public void top(Path root, Entry entry) {
            tops.put(root, entry);
        }

        /** They take the place of what was there. */
        public void moveIn() throws IOException {
            for (var top : tops.entrySet()) {
                var root = top.getKey();
                var before = Files.createDirectory(root.resolve(name).resolve("before"));
                try (var children = Files.newDirectoryStream(root, child -> !child.endsWith(name))) {
                    for (var child : children) {
                        moveAway(child, before);
                    }
                }
                try (var children = Files.newDirectoryStream(root.resolve(name).resolve(Bytes.text(TreeStream.TOP)))) {
                    for (var child : children) {
                        Files.move(child, root.resolve(child.getFileName()), StandardCopyOption.ATOMIC_MOVE);
                    }
                }
                describe(root, top.getValue());
            }
        }

        private static void moveAway(Path child, Path before) throws IOException {
            try {
                Files.move(child, before.resolve(child.getFileName()), StandardCopyOption.ATOMIC_MOVE);
            } catch (AtomicMoveNotSupportedException ofTheImage) {
                FileTrees.delete(child); // a directory of a lower layer cannot be moved
            } catch (NoSuchFileException meanwhile) {
                LOG.debug("{} went by itself", child, meanwhile); // in /tmp others write, too
            }
        }

        private static void describe(Path root, @Nullable Entry entry) throws IOException {
            if (entry != null) {
                Files.setAttribute(root, "unix:uid", entry.owner());
                Files.setAttribute(root, "unix:gid", entry.group());
                Files.setAttribute(root, "unix:mode", entry.mode());
            }
        }

        /** Takes away what is not in its place, old or new. */
        @Override
        public void close() throws IOException {
            for (var root : tops.keySet()) {
                FileTrees.delete(root.resolve(name));
            }
        }
    }

    private static String hex(StreamHash hash) {
        return HexFormat.of().formatHex(hash.digest());
    }
}
