package dev.elevo.functions.admin.gateway;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.micronaut.serde.annotation.Serdeable;
import java.util.List;

/** Some of the instances of a service. */
@Serdeable
record InstanceList(
        @JsonProperty("service_name") String serviceName,
        @JsonProperty("total_instances") long total,
        @JsonProperty("healthy_instances") long healthy,
        List<InstanceInfo> instances) {}
