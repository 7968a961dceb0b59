package dev.elevo.agent.driver;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An XFS in a sparse file, for hosts whose own file system cannot do what this one can: a copy of a file on it shares the pages of
 * the original.
 */
final class Pool implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Pool.class);
    private static final Duration TIME = Duration.ofSeconds(30);
    private static final long LEAST = 1L << 30;

    private final Path file;
    private final Path mountPoint;
    private final Path helper;
    private Held held;

    private Pool(Path file, Path mountPoint, Path helper, Held held) {
        this.file = file;
        this.mountPoint = mountPoint;
        this.helper = helper;
        this.held = held;
    }

    static Pool open(Path directory, Path helper) throws IOException {
        var file = directory.resolve("pool.xfs");
        if (!Files.exists(file)) {
            make(directory, file);
        }
        var mountPoint = Files.createDirectories(directory.resolve("pool"));
        return new Pool(file, mountPoint, helper, mount(file, mountPoint, helper));
    }

    /** As large as all the host has, for it takes only what is written. Its log is written here, and never wants for room. */
    private static void make(Path directory, Path file) throws IOException {
        var part = directory.resolve("pool.new");
        Files.deleteIfExists(part);
        var size = Math.max(LEAST, directory.toFile().getTotalSpace());
        Command.run(
                List.of(
                        "mkfs.xfs",
                        "-q",
                        "-K",
                        "-m",
                        "reflink=1",
                        "-l",
                        "size=64m",
                        "-d",
                        "file,name=" + part.getFileName() + ",size=" + size),
                directory,
                directory.resolve("mkfs.log"),
                TIME);
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
    }

    private static Held mount(Path file, Path mountPoint, Path helper) throws IOException {
        var directory = mountPoint.resolveSibling("");
        return Held.open(
                helper,
                List.of("--pool", file.toString(), mountPoint.toString()),
                directory,
                directory.resolve("pool.log"));
    }

    /** Who held it may have been killed; the file system is still the same one. */
    synchronized Path directory() throws IOException {
        if (!held.isThere()) {
            LOG.warn("the file system of the disks is mounted anew: who held it is gone");
            held.close();
            held = mount(file, mountPoint, helper);
        }
        return held.path(mountPoint);
    }

    @Override
    public synchronized void close() {
        held.close();
    }
}
