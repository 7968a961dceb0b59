package dev.elevo.contract.volume;

import dev.elevo.contract.sandbox.SandboxInfo;
import io.micronaut.serde.annotation.Serdeable;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a client is told about a volume.
 *
 * @param size in bytes, as {@code usedSize}
 * @param mountedTo the ids of all sandboxes that list it, whether they run or not
 * @param sandboxes the same as they are, where that was asked for
 */
@Serdeable
public record VolumeInfo(
        String id,
        String name,
        long size,
        long usedSize,
        VolumeState state,
        Filesystem filesystem,
        Instant createdAt,
        @Nullable Instant lastMountedAt,
        List<String> mountedTo,
        Map<String, String> labels,
        Map<String, String> metadata,
        @Nullable List<SandboxInfo> sandboxes) {

    public VolumeInfo with(List<SandboxInfo> shown) {
        return new VolumeInfo(
                id,
                name,
                size,
                usedSize,
                state,
                filesystem,
                createdAt,
                lastMountedAt,
                mountedTo,
                labels,
                metadata,
                shown);
    }
}
