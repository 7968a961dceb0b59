package dev.elevo.agent.driver;

import dev.elevo.agent.AgentConfiguration;
import io.micronaut.context.annotation.Value;
import jakarta.inject.Singleton;
import java.nio.file.Path;

/** The disk all sandboxes share. Their own are promises: together they may be larger than it is. */
@Singleton
final class HostDisk {
    private static final int MEGABYTE = 20;

    private final Path directory;
    private final long floor;

    /** @param floorMegabytes what must be free for one more sandbox ({@code ELEVO_DISK_FLOOR_MB}) */
    HostDisk(AgentConfiguration configuration, @Value("${elevo.disk.floor.mb:1024}") long floorMegabytes) {
        this.directory = configuration.directory();
        this.floor = floorMegabytes << MEGABYTE;
    }

    boolean hasRoom() {
        return directory.toFile().getUsableSpace() >= floor;
    }
}
