package dev.elevo.functions.admin.gateway;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.micronaut.serde.annotation.Serdeable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Whether the deployment can work, and what is missing where it cannot. */
@Serdeable
record Health(
        String status,
        String service,
        String timestamp,
        String version,
        String database,
        String cache,
        @JsonProperty("active_routes") long activeRoutes,
        @Nullable List<String> issues) {}
