package dev.elevo.functions.admin.gateway;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.micronaut.serde.annotation.Serdeable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A permission as it is told of.
 *
 * @param ignoredFields only when it is made
 */
@Serdeable
record PermissionInfo(
        String id,
        @JsonProperty("permission_code") String code,
        @JsonProperty("permission_name") String name,
        String description,
        @JsonProperty("resource_type") String resourceType,
        List<String> actions,
        @JsonProperty("is_system") boolean system,
        @JsonProperty("created_at") String createdAt,
        @JsonProperty("ignored_fields") @Nullable List<String> ignoredFields) {
    static PermissionInfo of(Permission permission, @Nullable List<String> ignoredFields) {
        return new PermissionInfo(
                permission.id().toString(),
                permission.code(),
                permission.name(),
                permission.description(),
                permission.resourceType(),
                permission.actions(),
                permission.system(),
                Wire.time(permission.createdAt()),
                ignoredFields);
    }
}
