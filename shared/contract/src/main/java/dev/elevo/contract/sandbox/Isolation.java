package dev.elevo.contract.sandbox;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.micronaut.serde.annotation.Serdeable;

/** Which wall stands around a sandbox. */
@Serdeable
public enum Isolation {
    @JsonProperty("microvm")
    MICROVM("microvm"),
    @JsonProperty("container")
    CONTAINER("container"),
    @JsonProperty("process")
    PROCESS("process");

    private final String label;

    Isolation(String label) {
        this.label = label;
    }

    /** As it stands on the wire. */
    public String label() {
        return label;
    }
}
