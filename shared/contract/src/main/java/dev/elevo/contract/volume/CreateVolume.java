package dev.elevo.contract.volume;

import dev.elevo.contract.sandbox.Rules;
import io.micronaut.serde.annotation.Serdeable;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The body of {@code POST /volumes}. */
@Serdeable
public record CreateVolume(
        @NotNull @Pattern(regexp = Rules.NAME) @Size(min = 3, max = 63)
        String name,

        @Nullable @Min(1) @Max(LARGEST_GB) Integer sizeGB,
        @Nullable @Pattern(regexp = "ext4|xfs") String filesystem,
        @Nullable @Size(max = 64) Map<@Pattern(regexp = Rules.LABEL_KEY) String, @Size(max = 255) String> labels,
        @Nullable @Size(max = 64) Map<@Size(min = 1, max = 255) String, @Size(max = 4096) String> metadata) {

    public static final int LARGEST_GB = 1000;

    private static final int USUAL_GB = 10;

    public int gigabytes() {
        return Objects.requireNonNullElse(sizeGB, USUAL_GB);
    }

    public Filesystem kind() {
        return Filesystem.XFS.label().equals(filesystem) ? Filesystem.XFS : Filesystem.EXT4;
    }
}
