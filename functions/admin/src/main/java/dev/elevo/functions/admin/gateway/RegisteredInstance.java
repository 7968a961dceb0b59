package dev.elevo.functions.admin.gateway;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.micronaut.serde.annotation.Serdeable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An instance that was registered. */
@Serdeable
record RegisteredInstance(
        @JsonProperty("instance_id") String instanceId,
        @JsonProperty("service_name") String serviceName,
        String endpoint,
        @JsonProperty("registered_at") String registeredAt,
        @JsonProperty("ignored_fields") @Nullable List<String> ignoredFields) {
    static RegisteredInstance of(Instance instance, @Nullable List<String> ignoredFields) {
        return new RegisteredInstance(
                instance.id().toString(),
                instance.settings().serviceName(),
                instance.settings().endpoint(),
                Wire.time(instance.registeredAt()),
                ignoredFields);
    }
}
