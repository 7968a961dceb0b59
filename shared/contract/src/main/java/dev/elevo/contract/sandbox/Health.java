package dev.elevo.contract.sandbox;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.micronaut.serde.annotation.Serdeable;

/** What the last health checks of a sandbox said. */
@Serdeable
public enum Health {
    @JsonProperty("healthy")
    HEALTHY,
    @JsonProperty("unhealthy")
    UNHEALTHY,
    /** Not checked yet, or nothing runs that could be. */
    @JsonProperty("unknown")
    UNKNOWN
}
