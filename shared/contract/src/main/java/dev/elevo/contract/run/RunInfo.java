package dev.elevo.contract.run;

import io.micronaut.serde.annotation.Serdeable;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a client is told about a run. */
@Serdeable
public record RunInfo(
        String id,
        String name,
        String project,
        RunStatus status,
        @Nullable String sandboxId,
        Map<String, Object> params,
        @Nullable Map<String, Object> summary,
        Map<String, String> labels,
        String createdBy,
        Instant createdAt,
        @Nullable Instant finishedAt) {}
