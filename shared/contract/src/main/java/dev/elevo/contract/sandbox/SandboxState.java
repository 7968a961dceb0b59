package dev.elevo.contract.sandbox;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.micronaut.serde.annotation.Serdeable;

/** Where a sandbox stands in its life. */
@Serdeable
public enum SandboxState {
    @JsonProperty("creating")
    CREATING("creating"),
    @JsonProperty("running")
    RUNNING("running"),
    @JsonProperty("stopped")
    STOPPED("stopped"),
    @JsonProperty("paused")
    PAUSED("paused"),
    @JsonProperty("failed")
    FAILED("failed"),
    @JsonProperty("deleted")
    DELETED("deleted");

    private final String label;

    SandboxState(String label) {
        this.label = label;
    }

    /** As it stands on the wire. */
    public String label() {
        return label;
    }
}
