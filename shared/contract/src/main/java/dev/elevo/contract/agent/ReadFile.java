package dev.elevo.contract.agent;

import io.micronaut.serde.annotation.Serdeable;
import org.jspecify.annotations.Nullable;

/**
 * Which bytes of a file to read.
 *
 * @param length null is to the end
 * @param most bytes that whoever asks can take
 */
@Serdeable
public record ReadFile(
        String path,
        long offset,
        @Nullable Long length,
        long most,
        @Nullable String user) {}
