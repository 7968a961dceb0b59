package dev.elevo.contract.files;

import dev.elevo.contract.sandbox.Rules;
import io.micronaut.serde.annotation.Serdeable;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which names to find below a directory.
 *
 * @param pattern a glob against the name, with a slash in it against the path below the directory; between slashes a regular
 *     expression against that path
 * @param maxDepth 0 is right in the directory
 * @param includeHidden also what begins with a dot, and all below it
 * @param excludeDirs names or globs of directories that are left out with all below them
 */
@Serdeable
public record FindRequest(
        @NotNull String path,
        @NotNull @Size(min = 1, max = 1024) String pattern,
        @Nullable @Min(0) Integer maxDepth,
        @Nullable Boolean includeHidden,
        @Nullable FileType type,
        @Nullable @Min(1) @Max(MOST_LIMIT) Integer limit,
        @Nullable @Size(max = MOST_GLOBS) List<@NotNull @Size(min = 1, max = 1024) String> excludeDirs,
        @Nullable @Valid SizeRange sizeRange,
        @Nullable ModifiedRange modifiedRange,

        @Nullable @Pattern(regexp = Rules.USERNAME) @Size(min = 1, max = 32)
        String user) {

    public static final int MOST_LIMIT = 10_000;
    public static final int DEFAULT_LIMIT = 1000;
    public static final int MOST_GLOBS = 100;
}
