package dev.elevo.contract.sandbox;

import io.micronaut.serde.annotation.Serdeable;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The body of {@code POST /sandboxes}. Every field is optional; the defaults are those of the contract. */
@Serdeable
public record CreateSandbox(
        @Nullable @Pattern(regexp = Rules.NAME) @Size(min = 3, max = 63)
        String name,

        @Nullable @Size(min = 1, max = 255) String template,
        @Nullable String snapshot,
        @Nullable @Size(max = 256) Map<@Pattern(regexp = Rules.ENV_NAME) String, @Size(max = 32_768) String> env,

        @Nullable @Pattern(regexp = Rules.PATH) @Size(max = 4096)
        String workDir,

        @Nullable @Pattern(regexp = Rules.USERNAME) @Size(min = 1, max = 32)
        String user,

        @Nullable @Pattern(regexp = Rules.PATH) @Size(max = 4096)
        String shell,

        @Nullable @Valid Resources resources,
        @Nullable @Valid NetworkConfig network,
        @Nullable @Size(max = 10) List<@Valid VolumeMount> volumes,
        @Nullable @Min(0) @Max(86_400_000) Integer timeoutMs,
        @Nullable List<@Pattern(regexp = "cpu|memory|disk|pids|network") String> requireEnforced,
        @Nullable @Min(0) @Max(1440) Integer autoStopMinutes,
        @Nullable Boolean autoPause,
        @Nullable @Min(0) Integer autoArchiveMinutes,
        @Nullable @Min(0) @Max(525_600) Integer autoDeleteMinutes,
        @Nullable @Size(max = 64) Map<@Pattern(regexp = Rules.LABEL_KEY) String, @Size(max = 255) String> labels,
        @Nullable @Size(max = 64) Map<@Size(min = 1, max = 255) String, @Size(max = 4096) String> metadata,
        @Nullable Boolean ephemeral,
        @Nullable @Size(max = 64) List<String> entrypoint,
        @Nullable @Size(max = 64) List<String> args,
        @Nullable @Valid HealthCheckConfig healthCheck,
        @Nullable @Size(max = 63) String target,
        @Nullable Boolean waitForReady) {}
