package dev.elevo.contract.snapshot;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.micronaut.serde.annotation.Serdeable;

/** Where a snapshot stands in its life. */
@Serdeable
public enum SnapshotState {
    @JsonProperty("creating")
    CREATING("creating"),
    @JsonProperty("available")
    AVAILABLE("available"),
    @JsonProperty("deleting")
    DELETING("deleting"),
    @JsonProperty("failed")
    FAILED("failed");

    private final String label;

    SnapshotState(String label) {
        this.label = label;
    }

    /** As it stands on the wire. */
    public String label() {
        return label;
    }
}
