package dev.elevo.contract.agent;

import dev.elevo.contract.files.FileType;
import io.micronaut.serde.annotation.Serdeable;
import org.jspecify.annotations.Nullable;

/**
 * Which files to list.
 *
 * @param path null is the sandbox's working directory
 * @param depth 0 is the path itself, -1 all levels
 * @param sortBy {@code name}, {@code size}, {@code modifiedAt} or {@code type}; ties by path
 * @param first how many to leave out from the beginning
 * @param most how many to answer at most
 */
@Serdeable
public record ListFiles(
        @Nullable String path,
        int depth,
        @Nullable FileType type,
        boolean includeHidden,
        String sortBy,
        boolean descending,
        long first,
        int most,
        @Nullable String user) {}
