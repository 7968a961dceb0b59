package dev.elevo.functions.admin;

import io.micronaut.serde.annotation.Serdeable;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Whether all parts work. */
@Serdeable
record SystemStatus(
        String status, String version, Instant timestamp, long uptimeSeconds, Map<String, Component> components) {
    static final String HEALTHY = "healthy";
    static final String DEGRADED = "degraded";
    static final String UNHEALTHY = "unhealthy";

    @Serdeable
    record Component(String status, @Nullable String message) {}
}
