package dev.elevo.platform.snapshot;

import io.micronaut.serde.annotation.Serdeable;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The configuration of the sandbox that a snapshot was taken of: what holds for those made of it where their request is silent.
 *
 * @param diskGB what its files fitted into
 */
@Serdeable
public record Origin(
        @Nullable String template, Map<String, String> env, String workDir, String user, String shell, int diskGB) {}
