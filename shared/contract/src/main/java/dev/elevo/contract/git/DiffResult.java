package dev.elevo.contract.git;

import io.micronaut.serde.annotation.Serdeable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How two states differ. */
@Serdeable
public record DiffResult(String diff, Stats stats, List<File> files) {
    /** Sums over all files; binary ones count none. */
    @Serdeable
    public record Stats(int files, int insertions, int deletions) {}

    /** One of the files. */
    @Serdeable
    public record File(
            String path,
            String status,
            int insertions,
            int deletions,
            @Nullable String originalPath) {}
}
