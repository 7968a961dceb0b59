package dev.elevo.contract.process;

import io.micronaut.serde.annotation.Serdeable;
import org.jspecify.annotations.Nullable;

/**
 * Which processes of a sandbox to list.
 *
 * @param command glob on the command line
 * @param includeSystem also the service's own
 * @param includeExited also those that ended in the last ten minutes
 */
@Serdeable
public record ProcessQuery(
        @Nullable String user, @Nullable String command, boolean includeSystem, boolean includeExited) {}
