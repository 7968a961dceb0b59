package dev.elevo.contract.process;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.micronaut.serde.annotation.Serdeable;

/** As the kernel reports it; exited ones are remembered for ten minutes. */
@Serdeable
public enum ProcessState {
    @JsonProperty("running")
    RUNNING,
    @JsonProperty("sleeping")
    SLEEPING,
    @JsonProperty("stopped")
    STOPPED,
    @JsonProperty("zombie")
    ZOMBIE,
    @JsonProperty("exited")
    EXITED
}
