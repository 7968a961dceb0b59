package dev.elevo.functions.admin.gateway;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.micronaut.serde.annotation.Serdeable;

/** A route that is no more. */
@Serdeable
record DeletedRoute(
        @JsonProperty("route_id") String routeId,
        @JsonProperty("deleted_at") String deletedAt) {}
