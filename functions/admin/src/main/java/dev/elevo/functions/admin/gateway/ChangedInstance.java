package dev.elevo.functions.admin.gateway;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.micronaut.serde.annotation.Serdeable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a change has made another of an instance. */
@Serdeable
record ChangedInstance(
        @JsonProperty("instance_id") String instanceId,
        @JsonProperty("updated_fields") List<String> updatedFields,
        @JsonProperty("updated_at") String updatedAt,
        @JsonProperty("ignored_fields") @Nullable List<String> ignoredFields) {
    static ChangedInstance of(Instances.Changed changed, @Nullable List<String> ignoredFields) {
        return new ChangedInstance(
                changed.instance().id().toString(),
                changed.fields(),
                Wire.time(changed.instance().updatedAt()),
                ignoredFields);
    }
}
