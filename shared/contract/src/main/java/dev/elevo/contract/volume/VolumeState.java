package dev.elevo.contract.volume;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.micronaut.serde.annotation.Serdeable;

/** Where a volume stands in its life. */
@Serdeable
public enum VolumeState {
    @JsonProperty("creating")
    CREATING("creating"),
    @JsonProperty("available")
    AVAILABLE("available"),
    /** Some sandbox lists it. Nowhere recorded: it follows from the sandboxes. */
    @JsonProperty("in_use")
    IN_USE("in_use"),
    @JsonProperty("deleting")
    DELETING("deleting"),
    /** Its host does not have it. */
    @JsonProperty("error")
    ERROR("error");

    private final String label;

    VolumeState(String label) {
        this.label = label;
    }

    /** As it stands on the wire. */
    public String label() {
        return label;
    }
}
