package dev.elevo.contract.run;

import io.micronaut.serde.annotation.Serdeable;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a client is told about an artifact.
 *
 * @param version counts those of the name, from 1
 */
@Serdeable
public record ArtifactInfo(
        String id,
        String name,
        String type,
        int version,
        long size,
        String sha256,
        @Nullable String runId,
        Map<String, String> labels,
        Map<String, String> metadata,
        String createdBy,
        Instant createdAt) {}
