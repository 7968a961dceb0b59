package dev.elevo.agent.driver;

import dev.elevo.contract.sandbox.Resources;
import java.util.Objects;

/** Of a slot's files, in bytes. */
public record DiskUsage(long used, long total) {
    private static final int GIGABYTE_SHIFT = 30;

    /** Nobody counts what the slot's files take: to walk through them would cost more than it tells. */
    static DiskUsage uncounted(Resources resources) {
        var gigabytes = Objects.requireNonNullElse(resources.disk(), Objects.requireNonNull(Resources.DEFAULT.disk()));
        return new DiskUsage(0, (long) gigabytes << GIGABYTE_SHIFT);
    }
}
