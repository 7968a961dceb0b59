package dev.elevo.functions.admin.gateway;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.micronaut.serde.annotation.Serdeable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a change has made another of a route. */
@Serdeable
record ChangedRoute(
        @JsonProperty("route_id") String routeId,
        @JsonProperty("updated_fields") List<String> updatedFields,
        @JsonProperty("updated_at") String updatedAt,
        @JsonProperty("ignored_fields") @Nullable List<String> ignoredFields) {
    static ChangedRoute of(Routes.Changed changed, @Nullable List<String> ignoredFields) {
        return new ChangedRoute(
                changed.route().id().toString(),
                changed.fields(),
                Wire.time(changed.route().updatedAt()),
                ignoredFields);
    }
}
