package dev.elevo.functions.admin;

import dev.elevo.platform.push.DevicePlatform;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A row of the devices.
 *
 * @param createdAt since when it is this user's
 * @param registeredAt when it last said that it has this token
 */
record RegisteredDevice(
        String id,
        String organizationId,
        String userId,
        DevicePlatform platform,
        String token,
        @Nullable String name,
        Instant createdAt,
        Instant registeredAt) {
    @Override
    public String toString() {
        return "RegisteredDevice[" + id + "]";
    }
}
