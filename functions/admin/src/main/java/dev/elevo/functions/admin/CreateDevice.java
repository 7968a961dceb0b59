package dev.elevo.functions.admin;

import dev.elevo.platform.push.DevicePlatform;
import io.micronaut.serde.annotation.Serdeable;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import org.jspecify.annotations.Nullable;

/** A device on which somebody wants to be told what becomes of his sandboxes. */
@Serdeable
record CreateDevice(
        @NotNull DevicePlatform platform,
        @NotNull @Size(min = 1, max = 4096) String token,
        @Nullable @Size(max = 100) String name) {
    @Override
    public String toString() {
        return "CreateDevice[" + platform + "]";
    }
}
