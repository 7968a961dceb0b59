package dev.elevo.functions.admin;

import io.micronaut.serde.annotation.Serdeable;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An organization; quotas and limits that are not set are the deployment's. */
@Serdeable
record OrganizationInfo(
        String id,
        String name,
        boolean disabled,
        @Nullable String disabledReason,
        @Nullable Instant disabledAt,
        @Nullable Integer maxSandboxes,
        @Nullable Integer maxVolumes,
        @Nullable Integer maxSnapshots,
        Map<String, Integer> limits,
        Instant createdAt,
        Instant updatedAt) {

    static OrganizationInfo of(Organization organization) {
        return new OrganizationInfo(
                organization.id(),
                organization.name(),
                organization.disabledAt() != null,
                organization.disabledReason(),
                organization.disabledAt(),
                organization.maxSandboxes(),
                organization.maxVolumes(),
                organization.maxSnapshots(),
                organization.limits(),
                organization.createdAt(),
                organization.updatedAt());
    }
}
