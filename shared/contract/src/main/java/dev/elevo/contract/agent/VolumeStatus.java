package dev.elevo.contract.agent;

import io.micronaut.serde.annotation.Serdeable;
import org.jspecify.annotations.Nullable;

/**
 * What the agent knows of a volume, in bytes.
 *
 * @param usedSize absent where it cannot be told
 */
@Serdeable
public record VolumeStatus(String id, long size, @Nullable Long usedSize) {
    private static final int GIGABYTE = 30;

    public static long bytes(int gigabytes) {
        return (long) gigabytes << GIGABYTE;
    }

    public int gigabytes() {
        return (int) (size >> GIGABYTE);
    }
}
