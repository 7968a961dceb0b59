package dev.elevo.contract.snapshot;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import io.micronaut.serde.annotation.Serdeable;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a client is told about a snapshot.
 *
 * @param size of all files in it, whatever of them is stored for others too
 * @param expanded what {@code expand} asked for, by its name; a null value is sent as null
 */
@Serdeable
public record SnapshotInfo(
        String id,
        String name,
        String sandboxId,
        @Nullable String description,
        @Nullable String templateId,
        @Nullable String errorMessage,
        long size,
        SnapshotState state,
        Instant createdAt,
        @Nullable Instant completedAt,
        @Nullable Instant expiresAt,
        Map<String, String> labels,
        Map<String, String> metadata,
        @JsonAnyGetter Map<String, @Nullable Object> expanded) {}
