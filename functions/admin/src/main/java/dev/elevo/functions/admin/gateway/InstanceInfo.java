package dev.elevo.functions.admin.gateway;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.micronaut.json.tree.JsonNode;
import io.micronaut.serde.annotation.Serdeable;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An instance as it is told of.
 *
 * @param instanceId the name that it was given
 * @param lastHealthCheck null where none has been made
 */
@Serdeable
record InstanceInfo(
        String id,
        @JsonProperty("instance_id") String instanceId,
        String endpoint,
        int weight,
        String status,
        Map<String, JsonNode> metadata,

        @JsonInclude(JsonInclude.Include.ALWAYS) @JsonProperty("last_health_check") @Nullable
        String lastHealthCheck,

        @JsonProperty("registered_at") String registeredAt) {
    static InstanceInfo of(Instance instance) {
        var check = instance.lastCheck();
        return new InstanceInfo(
                instance.id().toString(),
                instance.settings().instanceId(),
                instance.settings().endpoint(),
                instance.settings().weight(),
                instance.status().label(),
                instance.settings().metadata(),
                check == null ? null : Wire.time(check),
                Wire.time(instance.registeredAt()));
    }
}
