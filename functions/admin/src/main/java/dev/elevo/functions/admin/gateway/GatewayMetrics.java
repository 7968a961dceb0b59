package dev.elevo.functions.admin.gateway;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.micronaut.serde.annotation.Serdeable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was forwarded.
 *
 * @param metrics as Prometheus reads it
 * @param series where it was asked for
 */
@Serdeable
record GatewayMetrics(String metrics, @Nullable List<Period> series) {

    /** An hour or a day. */
    @Serdeable
    record Period(
            String period,
            long requests,
            long errors,
            @JsonProperty("avg_response_time_ms") double meanMillis) {}
}
