package dev.elevo.functions.admin;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A row of the organizations; quotas that are not set are the deployment's. */
record Organization(
        String id,
        String name,
        @Nullable Instant disabledAt,
        @Nullable String disabledReason,
        @Nullable Integer maxSandboxes,
        @Nullable Integer maxVolumes,
        @Nullable Integer maxSnapshots,
        Map<String, Integer> limits,
        long version,
        Instant createdAt,
        Instant updatedAt) {}
