package dev.elevo.contract.git;

import io.micronaut.serde.annotation.Serdeable;
import org.jspecify.annotations.Nullable;

/** What became of a file, by the letter git has for it. */
@Serdeable
public record GitFileStatus(
        String path, String status, @Nullable String originalPath) {}
