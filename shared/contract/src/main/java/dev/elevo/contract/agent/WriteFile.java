package dev.elevo.contract.agent;

import dev.elevo.contract.files.FileMode;
import io.micronaut.serde.annotation.Serdeable;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of content.
 *
 * @param mode null is that of new files, and leaves one that is there as it is
 */
@Serdeable
public record WriteFile(
        String path,
        @Nullable FileMode mode,
        boolean createParents,
        boolean overwrite,
        boolean append,
        @Nullable String user) {}
