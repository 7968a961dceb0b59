package dev.elevo.platform.volume;

import dev.elevo.contract.agent.VolumeSpec;
import dev.elevo.contract.agent.VolumeStatus;
import dev.elevo.contract.volume.Filesystem;
import dev.elevo.contract.volume.VolumeState;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A volume as it is remembered.
 *
 * @param state never {@code in_use}: that follows from who mounts it
 * @param changedAt when it came into that state
 * @param version changes with each change but that of {@code lastMountedAt}
 */
public record Volume(
        String id,
        String organizationId,
        String name,
        VolumeState state,
        int gigabytes,
        Filesystem filesystem,
        Map<String, String> labels,
        Map<String, String> metadata,
        Instant createdAt,
        Instant changedAt,
        @Nullable Instant lastMountedAt,
        long version) {

    /** To the millisecond, as it is stored. */
    public Volume {
        createdAt = createdAt.truncatedTo(ChronoUnit.MILLIS);
        changedAt = changedAt.truncatedTo(ChronoUnit.MILLIS);
        labels = Map.copyOf(labels);
        metadata = Map.copyOf(metadata);
    }

    public VolumeSpec spec() {
        return new VolumeSpec(id, gigabytes, filesystem);
    }

    public long size() {
        return VolumeStatus.bytes(gigabytes);
    }

    public boolean is(VolumeState other) {
        return state == other;
    }
}
