package dev.elevo.contract.agent;

import io.micronaut.serde.annotation.Serdeable;
import org.jspecify.annotations.Nullable;

/**
 * Which file to delete, or directory with all that is in it.
 *
 * @param force what is not there is success
 */
@Serdeable
public record DeleteFile(
        String path,
        boolean recursive,
        boolean force,
        @Nullable String user) {}
