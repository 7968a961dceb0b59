package dev.elevo.contract.volume;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.micronaut.serde.annotation.Serdeable;

/** What the inside of a volume is kept in order by. */
@Serdeable
public enum Filesystem {
    @JsonProperty("ext4")
    EXT4("ext4"),
    @JsonProperty("xfs")
    XFS("xfs");

    private final String label;

    Filesystem(String label) {
        this.label = label;
    }

    /** As it stands on the wire, and as the kernel calls it. */
    public String label() {
        return label;
    }
}
