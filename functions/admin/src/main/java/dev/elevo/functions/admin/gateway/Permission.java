package dev.elevo.functions.admin.gateway;

import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** A name that routes may require and credentials may hold. */
record Permission(
        UUID id,
        String code,
        String name,
        String description,
        String resourceType,
        List<String> actions,
        boolean system,
        Instant createdAt) {
    Permission {
        actions = List.copyOf(actions);
    }
}
