package dev.elevo.contract.sandbox;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.micronaut.serde.annotation.Serdeable;

/** Why a sandbox last left the state running. A sandbox never ends without one. */
@Serdeable
public enum EndReason {
    @JsonProperty("requested")
    REQUESTED("requested"),
    @JsonProperty("expired")
    EXPIRED("expired"),
    @JsonProperty("idle")
    IDLE("idle"),
    @JsonProperty("failed")
    FAILED("failed"),
    @JsonProperty("evicted")
    EVICTED("evicted");

    private final String label;

    EndReason(String label) {
        this.label = label;
    }

    /** As it stands on the wire. */
    public String label() {
        return label;
    }
}
