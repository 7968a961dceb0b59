package dev.elevo.agent.snapshot;

import dev.elevo.contract.blob.BlobKeys;
import dev.elevo.contract.blob.BlobStore;
import dev.elevo.contract.blob.MissingBlobException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
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

    public FileBlobStore(Path directory) throws IOException {
        this.directory = Files.createDirectories(directory.toAbsolutePath().normalize());
        this.unfinished = directory.resolve(NEW);
        dropUnfinished();
    }

    /** Of a process that died; nobody else writes here. */
    private void dropUnfinished() throws IOException {
        Files.createDirectories(unfinished);
        try (var files = Files.list(unfinished)) {
            for (var file : files.toList()) {
                Files.deleteIfExists(file);
            }
        }
    }

    @Override
    public void put(String key, ByteBuffer content) throws IOException {
        var source = content.duplicate();
        put(key, (FileChannel to) -> {
            while (source.hasRemaining()) {
                to.write(source);
            }
        });
    }

    @Override
    public void put(String key, Path file) throws IOException {
        try (var from = FileChannel.open(file, StandardOpenOption.READ)) {
            put(key, (FileChannel to) -> {
                var size = from.size();
                for (long at = 0; at < size; ) {
                    at += from.transferTo(at, size - at, to);
                }
            });
        }
    }

    private interface Writing {
        void into(FileChannel to) throws IOException;
    }

    private void put(String key, Writing writing) throws IOException {
        var target = path(key);
        var written = unfinished.resolve(UUID.randomUUID().toString());
        try {
            try (var to = FileChannel.open(written, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                writing.into(to);
                to.force(false);
            }
            makeDirectories(directoryOf(target));
            Files.move(written, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            force(directoryOf(target));
        } catch (IOException e) {
            Files.deleteIfExists(written);
            throw e;
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
