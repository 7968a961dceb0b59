package dev.elevo.contract.sandbox;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import io.micronaut.serde.annotation.Serdeable;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a client is told about a volume inside a sandbox.
 *
 * @param expanded the volume itself where {@code expand} asked for it; null when it is not there any more
 */
@Serdeable
public record MountInfo(
        String volumeId,
        String mountPath,
        @Nullable String subPath,
        boolean readOnly,
        @JsonAnyGetter Map<String, @Nullable Object> expanded) {

    public static MountInfo of(VolumeMount mount, Map<String, @Nullable Object> expanded) {
        return new MountInfo(mount.volumeId(), mount.mountPath(), mount.subPath(), mount.isReadOnly(), expanded);
    }
}
