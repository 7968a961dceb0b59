package dev.elevo.functions.admin;

import dev.elevo.platform.push.DevicePlatform;
import io.micronaut.serde.annotation.Serdeable;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A device, of whose token only the end is told. */
@Serdeable
record DeviceInfo(
        String id,
        DevicePlatform platform,
        @Nullable String name,
        String tokenSuffix,
        Instant createdAt,
        @Nullable Instant lastNotifiedAt) {
    private static final int SUFFIX = 6;

    static DeviceInfo of(RegisteredDevice device, @Nullable Instant lastNotifiedAt) {
        var token = device.token();
        return new DeviceInfo(
                device.id(),
                device.platform(),
                device.name(),
                token.substring(Math.max(0, token.length() - SUFFIX)),
                device.createdAt(),
                lastNotifiedAt);
    }
}
