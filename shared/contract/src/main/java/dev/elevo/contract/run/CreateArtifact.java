package dev.elevo.contract.run;

import dev.elevo.contract.sandbox.Rules;
import io.micronaut.serde.annotation.Serdeable;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The body of {@code POST /artifacts}: with content or with where that is to be taken from.
 *
 * @param content in base64
 */
@Serdeable
public record CreateArtifact(
        @NotNull @Pattern(regexp = Rules.ARTIFACT_NAME) String name,
        @Nullable @Size(max = 50) String type,
        @Nullable @Size(min = 1, max = 255) String runId,
        @Nullable @Size(max = 64) Map<@Pattern(regexp = Rules.LABEL_KEY) String, @Size(max = 255) String> labels,
        @Nullable @Size(max = 64) Map<@Size(min = 1, max = 255) String, @Size(max = 4096) String> metadata,
        @Nullable String content,
        @Nullable @Valid Source source) {

    /** A file of a running sandbox. */
    @Serdeable
    public record Source(
            @NotNull @Size(min = 1, max = 255) String sandboxId,
            @NotNull String path) {}
}
