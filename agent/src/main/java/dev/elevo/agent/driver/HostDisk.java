package dev.elevo.agent.driver;

import dev.elevo.agent.AgentConfiguration;
import io.micronaut.context.annotation.Value;
import jakarta.inject.Singleton;
import java.nio.file.Path;

/** The disk all sandboxes share. Their own are promises: together they may be larger than it is. */
@Singleton
public final class HostDisk {
    private static final int MEGABYTE = 20;
    private static final long FULL = 16L << MEGABYTE;

    private final Path directory;
    private final long floor;

    /** @param floorMegabytes what must be free for one more sandbox ({@code ELEVO_DISK_FLOOR_MB}) */
    HostDisk(AgentConfiguration configuration, @Value("${elevo.disk.floor.mb:1024}") long floorMegabytes) {
        this.directory = configuration.directory();
        this.floor = floorMegabytes << MEGABYTE;
    }

    /** So that what cannot be written is no wonder: a disk on it that wants for room says no more than that. */
    public boolean isFull() {
        return directory.toFile().getUsableSpace() < FULL;
    }

    public boolean hasRoom() {
        return hasRoomFor(0);
    }

    /** For what is promised to be there when it is wanted, as far as a promise that others are given too can be kept. */
    public boolean hasRoomFor(long bytes) {
        return directory.toFile().getUsableSpace() - floor >= bytes;
    }
}
