package dev.elevo.contract.blob;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.UUID;

/** Blobs as files of this machine. */
public final class FileBlobStore implements BlobStore {
    /** No key begins with a dot. */
    private static final String NEW = ".new";

    private final Path directory;
    private final Path unfinished;
    private final PastCache pastCache;

    /** Of one process: what is not finished there is of one that died. */
    public FileBlobStore(Path directory) throws IOException {
        this(directory, Duration.ZERO);
    }

    /** @param longestPut what is not finished and older than this is of a process that died */
    public FileBlobStore(Path directory, Duration longestPut) throws IOException {
        this.directory = Files.createDirectories(directory.toAbsolutePath().normalize());
        this.unfinished = this.directory.resolve(NEW);
        dropUnfinished(Instant.now().minus(longestPut));
        this.pastCache = PastCache.in(unfinished);
    }

    private void dropUnfinished(Instant since) throws IOException {
        Files.createDirectories(unfinished);
        try (var files = Files.list(unfinished)) {
            for (var file : files.toList()) {
                if (isOlder(file, since)) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }

    private static boolean isOlder(Path file, Instant since) throws IOException {
        try {
            return !Files.getLastModifiedTime(file).toInstant().isAfter(since);
        } catch (NoSuchFileException finishedMeanwhile) {
            return false;
        }
    }

    @Override
    public void put(String key, ByteBuffer content) throws IOException {
        var staged = stage(key, (Path file, FileChannel to) -> {
            var source = pastCache.write(file, content);
            to.position(to.size());
            while (source.hasRemaining()) {
                to.write(source);
            }
        });
        publish(staged);
    }

    @Override
    public void put(String key, Path file) throws IOException {
        publish(stage(key, file));
    }

    private static void publish(Staged staged) throws IOException {
        try (staged) {
            staged.publish();
        }
    }

    @Override
    public Staged stage(String key, Path file) throws IOException {
        try (var from = FileChannel.open(file, StandardOpenOption.READ)) {
            return stage(key, (Path written, FileChannel to) -> {
                var size = from.size();
                for (long at = 0; at < size; ) {
                    at += from.transferTo(at, size - at, to);
                }
            });
        }
    }

    private interface Writing {
        void into(Path file, FileChannel opened) throws IOException;
    }

    private Staged stage(String key, Writing writing) throws IOException {
        var target = path(key);
        var written = unfinished.resolve(UUID.randomUUID().toString());
        try (var to = FileChannel.open(written, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            writing.into(written, to);
            to.force(false);
            makeDirectories(directoryOf(target));
            return new Written(written, target);
        } catch (IOException e) {
            Files.deleteIfExists(written);
            throw e;
        }
    }

    /** Safe, but for its name. */
    private record Written(Path written, Path target) implements Staged {
        @Override
        public void publish() throws IOException {
            Files.move(written, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            force(directoryOf(target));
        }

        @Override
        public void close() throws IOException {
            Files.deleteIfExists(written);
        }
    }

    private void makeDirectories(Path wanted) throws IOException {
        if (!Files.isDirectory(wanted)) {
            makeDirectories(directoryOf(wanted));
            Files.createDirectories(wanted);
            force(directoryOf(wanted));
        }
    }

    /** A name that was given is only safe when its directory is. */
    private static void force(Path directory) throws IOException {
        try (var opened = FileChannel.open(directory, StandardOpenOption.READ)) {
            opened.force(true);
        }
    }

    @Override
    public void read(String key, long offset, ByteBuffer into) throws IOException {
        try (var from = FileChannel.open(path(key), StandardOpenOption.READ)) {
            var at = offset;
            while (into.hasRemaining()) {
                var count = from.read(into, at);
                if (count < 0) {
                    throw new MissingBlobException(key);
                }
                at += count;
            }
        } catch (NoSuchFileException e) {
            throw missing(key, e);
        }
    }

    private static MissingBlobException missing(String key, NoSuchFileException cause) {
        var missing = new MissingBlobException(key);
        missing.initCause(cause);
        return missing;
    }

    @Override
    public OptionalLong size(String key) throws IOException {
        try {
            return OptionalLong.of(Files.size(path(key)));
        } catch (NoSuchFileException e) {
            return OptionalLong.empty();
        }
    }

    @Override
    public void delete(String key) throws IOException {
        var file = path(key);
        if (Files.deleteIfExists(file)) {
            force(directoryOf(file));
        }
    }

    @Override
    public List<Blob> list(String prefix) throws IOException {
        var found = new ArrayList<Blob>();
        var start = directory.resolve(BlobKeys.checkPrefix(prefix));
        if (Files.isDirectory(start)) {
            collect(start, found);
        }
        return found;
    }

    private void collect(Path from, List<Blob> found) throws IOException {
        try (var files = Files.newDirectoryStream(from)) {
            for (var file : files) {
                if (Files.isDirectory(file)) {
                    if (!file.equals(unfinished)) {
                        collect(file, found);
                    }
                } else {
                    note(file, found);
                }
            }
        }
    }

    private void note(Path file, List<Blob> found) throws IOException {
        try {
            found.add(new Blob(directory.relativize(file).toString(), Files.size(file)));
        } catch (NoSuchFileException deletedMeanwhile) {
            return;
        }
    }

    private static Path directoryOf(Path file) {
        return Objects.requireNonNull(file.getParent(), "it is beneath the store's directory");
    }

    private Path path(String key) {
        return directory.resolve(BlobKeys.check(key));
    }
}
