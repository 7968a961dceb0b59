package dev.elevo.functions.admin.gateway;

import java.time.Instant;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A process of a service that takes requests. */
public record Instance(
        UUID id,
        InstanceSettings settings,
        Status status,
        int failedChecks,
        @Nullable Instant lastCheck,
        Instant registeredAt,
        Instant updatedAt) {

    /** Whether it gets requests. */
    public enum Status {
        HEALTHY,
        UNHEALTHY,
        /** Gets no new ones; changed by hand only. */
        DRAINING;

        String label() {
            return name().toLowerCase(Locale.ROOT);
        }

        static Status of(String label) {
            return valueOf(label.toUpperCase(Locale.ROOT));
        }
    }
}
