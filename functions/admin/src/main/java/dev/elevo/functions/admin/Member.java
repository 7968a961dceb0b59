package dev.elevo.functions.admin;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A user, who is one of an organization. */
record Member(
        String organizationId,
        String id,
        @Nullable String name,
        @Nullable String email,
        Map<String, String> metadata,
        Role role,
        @Nullable Instant disabledAt,
        @Nullable String disabledReason,
        Instant createdAt,
        Instant updatedAt) {}
