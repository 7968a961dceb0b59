package dev.elevo.contract.sandbox;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import io.micronaut.serde.annotation.Serdeable;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a client is told about a sandbox.
 *
 * @param expanded what {@code expand} asked for, by its name; a null value is sent as null
 */
@Serdeable
public record SandboxInfo(
        String id,
        String name,
        String organizationId,
        @Nullable String templateId,
        @Nullable String snapshotId,
        SandboxState state,
        Isolation isolation,
        Map<String, Boolean> enforced,
        @Nullable EndReason endReason,
        @Nullable String endedBy,
        @Nullable String endDetail,
        @Nullable String errorReason,
        @Nullable Boolean recoverable,
        double cpu,
        int memory,
        int disk,
        int gpu,
        @Nullable String gpuType,
        String workDir,
        String user,
        String shell,
        Map<String, String> env,
        List<MountInfo> volumes,
        Instant createdAt,
        @Nullable Instant startedAt,
        @Nullable Instant stoppedAt,
        @Nullable Instant lastActivityAt,
        @Nullable Instant deletedAt,
        @Nullable Instant expiresAt,
        int timeoutMs,
        int autoStopMinutes,
        int autoArchiveMinutes,
        int autoDeleteMinutes,
        boolean autoPause,
        boolean ephemeral,
        boolean networkBlockAll,
        @Nullable List<String> networkAllowList,
        @Nullable List<Integer> exposedPorts,
        @Nullable String domain,
        @Nullable Health health,
        Map<String, String> labels,
        Map<String, String> metadata,
        @Nullable String target,
        @JsonAnyGetter Map<String, @Nullable Object> expanded) {}
