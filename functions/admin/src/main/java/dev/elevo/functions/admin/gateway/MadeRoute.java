package dev.elevo.functions.admin.gateway;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.micronaut.serde.annotation.Serdeable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A route that was made. */
@Serdeable
record MadeRoute(
        @JsonProperty("route_id") String routeId,
        @JsonProperty("service_name") String serviceName,
        @JsonProperty("path_pattern") String pathPattern,
        @JsonProperty("created_at") String createdAt,
        @JsonProperty("ignored_fields") @Nullable List<String> ignoredFields) {
    static MadeRoute of(Route route, @Nullable List<String> ignoredFields) {
        return new MadeRoute(
                route.id().toString(),
                route.settings().serviceName(),
                route.settings().pathPattern(),
                Wire.time(route.createdAt()),
                ignoredFields);
    }
}
