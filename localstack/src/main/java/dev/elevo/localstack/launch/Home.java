package dev.elevo.localstack.launch;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;

/** The folder all state of a local run lives in ({@code ELEVO_HOME}), held by one run at a time. */
final class Home implements AutoCloseable {
    private final Path path;
    private final FileChannel lockFile;

    /** Held only to be held: the lock goes with the process, however that ends. */
    @SuppressWarnings("UnusedVariable")
    private final FileLock lock;

    private Home(Path path, FileChannel lockFile, FileLock lock) {
        this.path = path;
        this.lockFile = lockFile;
        this.lock = lock;
    }

    static Home take(Path path) throws IOException {
        Files.createDirectories(path);
        // Keys and everybody's files lie in here.
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwx------"));
        var lockFile = FileChannel.open(
                path.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        var lock = lockFile.tryLock();
        if (lock == null) {
            lockFile.close();
            throw new HomeTakenException(
                    path, Files.readString(path.resolve("lock")).strip());
        }
        lockFile.truncate(0);
        lockFile.write(StandardCharsets.UTF_8.encode(
                Long.toString(ProcessHandle.current().pid())));
        var home = new Home(path, lockFile, Objects.requireNonNull(lock));
        Files.createDirectories(home.logs());
        return home;
    }

    Path path() {
        return path;
    }

    Path logs() {
        return path.resolve("logs");
    }

    Path file(String name) {
        return path.resolve(name);
    }

    /** Whole or not at all, and for nobody else's eyes. */
    void write(String name, String text) throws IOException {
        var temporary = Files.createTempFile(path, name, ".new"); // created with mode 0600
        Files.writeString(temporary, text);
        Files.move(temporary, path.resolve(name), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    @Override
    public void close() throws IOException {
        lockFile.close();
    }
}
