package dev.elevo.contract.sandbox;

import io.micronaut.serde.annotation.Serdeable;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import org.jspecify.annotations.Nullable;

/** A volume inside a sandbox. */
@Serdeable
public record VolumeMount(
        @NotNull String volumeId,
        @NotNull @Pattern(regexp = Rules.MOUNT_PATH) String mountPath,
        @Nullable String subPath,
        @Nullable Boolean readOnly) {

    public boolean isReadOnly() {
        return Boolean.TRUE.equals(readOnly);
    }
}
