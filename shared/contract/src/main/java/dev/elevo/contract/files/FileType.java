package dev.elevo.contract.files;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.micronaut.serde.annotation.Serdeable;
import java.util.Optional;
import java.util.stream.Stream;

/** What a name in a directory stands for. */
@Serdeable
public enum FileType {
    @JsonProperty("file")
    FILE("file"),
    @JsonProperty("dir")
    DIRECTORY("dir"),
    @JsonProperty("symlink")
    SYMLINK("symlink"),
    @JsonProperty("block")
    BLOCK("block"),
    @JsonProperty("char")
    CHARACTER("char"),
    @JsonProperty("fifo")
    FIFO("fifo"),
    @JsonProperty("socket")
    SOCKET("socket");

    private final String label;

    FileType(String label) {
        this.label = label;
    }

    public String label() {
        return label;
    }

    public static Optional<FileType> labelled(String label) {
        return Stream.of(values()).filter(type -> type.label.equals(label)).findFirst();
    }
}
