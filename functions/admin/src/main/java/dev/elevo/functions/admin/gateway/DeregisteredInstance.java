package dev.elevo.functions.admin.gateway;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.micronaut.serde.annotation.Serdeable;

/** An instance that is no more. */
@Serdeable
record DeregisteredInstance(
        @JsonProperty("instance_id") String instanceId,
        @JsonProperty("deregistered_at") String deregisteredAt) {}
