package dev.elevo.contract.sandbox;

import io.micronaut.serde.annotation.Serdeable;
import java.time.Instant;
import java.util.Map;

/** What an organization has. */
@Serdeable
public record Stats(Sandboxes sandboxes, Granted resources, Snapshots snapshots, Volumes volumes, Instant timestamp) {

    /**
     * How many there are.
     *
     * @param byState also those there are none of
     */
    @Serdeable
    public record Sandboxes(long total, Map<String, Long> byState) {}

    /** What running sandboxes may use: cores, megabytes, gigabytes, and whole accelerators. */
    @Serdeable
    public record Granted(double cpu, long memory, long disk, long gpu) {
        public static final Granted NOTHING = new Granted(0, 0, 0, 0);
    }

    @Serdeable
    public record Snapshots(long total, long size) {}

    @Serdeable
    public record Volumes(long total, long size, long usedSize) {}
}
