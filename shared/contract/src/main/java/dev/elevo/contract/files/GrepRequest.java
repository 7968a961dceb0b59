package dev.elevo.contract.files;

import dev.elevo.contract.sandbox.Rules;
import io.micronaut.serde.annotation.Serdeable;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What to find in the lines of files.
 *
 * @param path a file, or a directory with all below it
 * @param pattern a regular expression in RE2's syntax
 * @param include a glob on the names of the files
 * @param exclude globs on the names of files and directories; with a slash in it on the path below the directory
 * @param context so many lines before and behind each that matches
 * @param searchBinary also files that have a NUL in their first 8 KiB
 */
@Serdeable
public record GrepRequest(
        @NotNull String path,
        @NotNull @Size(min = 1, max = 1024) String pattern,
        @Nullable Boolean caseSensitive,
        @Nullable Boolean wholeWord,
        @Nullable @Size(min = 1, max = 1024) String include,
        @Nullable @Size(max = MOST_GLOBS) List<@NotNull @Size(min = 1, max = 1024) String> exclude,
        @Nullable @Min(1) @Max(MOST_LIMIT) Integer limit,
        @Nullable @Min(0) @Max(MOST_CONTEXT) Integer context,
        @Nullable Boolean searchBinary,

        @Nullable @Pattern(regexp = Rules.USERNAME) @Size(min = 1, max = 32)
        String user) {

    public static final int MOST_LIMIT = 10_000;
    public static final int DEFAULT_LIMIT = 1000;
    public static final int MOST_CONTEXT = 50;
    public static final int MOST_GLOBS = 100;
}
