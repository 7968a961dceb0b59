package dev.elevo.functions.admin.gateway;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.micronaut.serde.annotation.Serdeable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What became of each route of a batch. */
@Serdeable
record RouteBatch(
        int total,
        int successful,
        int failed,
        List<Made> results,
        List<Failed> errors,
        @JsonProperty("ignored_fields") @Nullable List<String> ignoredFields) {

    /** One that was made. */
    @Serdeable
    record Made(int index, String status, Data data) {
        static Made of(int index, Route route, @Nullable List<String> ignoredFields) {
            return new Made(
                    index,
                    "success",
                    new Data(
                            route.id().toString(),
                            route.settings().serviceName(),
                            route.settings().pathPattern(),
                            ignoredFields));
        }
    }

    /** What was made. */
    @Serdeable
    record Data(
            @JsonProperty("route_id") String routeId,
            @JsonProperty("service_name") String serviceName,
            @JsonProperty("path_pattern") String pathPattern,
            @JsonProperty("ignored_fields") @Nullable List<String> ignoredFields) {}

    /**
     * One that was not.
     *
     * @param errors where the input is at fault
     */
    @Serdeable
    record Failed(
            int index,
            String status,
            String code,
            String msg,
            @Nullable List<BrokenField> errors) {
        static Failed of(int index, GatewayAnswer<?> refusal, @Nullable List<BrokenField> errors) {
            return new Failed(index, "failed", refusal.code(), refusal.msg(), errors);
        }
    }
}
