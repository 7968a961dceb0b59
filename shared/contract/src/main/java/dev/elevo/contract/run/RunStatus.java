package dev.elevo.contract.run;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.micronaut.serde.annotation.Serdeable;

/** What its client says of a run. */
@Serdeable
public enum RunStatus {
    @JsonProperty("running")
    RUNNING("running"),
    @JsonProperty("succeeded")
    SUCCEEDED("succeeded"),
    @JsonProperty("failed")
    FAILED("failed"),
    @JsonProperty("cancelled")
    CANCELLED("cancelled");

    private final String label;

    RunStatus(String label) {
        this.label = label;
    }

    /** As it stands on the wire. */
    public String label() {
        return label;
    }

    public static RunStatus of(String label) {
        for (var status : values()) {
            if (status.label.equals(label)) {
                return status;
            }
        }
        throw new IllegalArgumentException("no status is called " + label);
    }
}
