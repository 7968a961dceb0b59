package dev.elevo.platform.sandbox;

import dev.elevo.contract.sandbox.HealthCheckConfig;
import dev.elevo.contract.sandbox.NetworkConfig;
import dev.elevo.contract.sandbox.Resources;
import dev.elevo.contract.sandbox.VolumeMount;
import io.micronaut.serde.annotation.Serdeable;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What was asked for at creation, with every default filled in.
 *
 * @param createdBy the key, or the user where none was used
 * @param owner the user, whose key it may have been; absent in records of old
 */
@Serdeable
public record Settings(
        @Nullable String template,
        @Nullable String snapshot,
        Map<String, String> env,
        String workDir,
        String user,
        String shell,
        Resources resources,
        NetworkConfig network,
        List<VolumeMount> volumes,
        List<String> requireEnforced,
        int timeoutMs,
        int autoStopMinutes,
        boolean autoPause,
        int autoDeleteMinutes,
        Map<String, String> labels,
        Map<String, String> metadata,
        boolean ephemeral,
        @Nullable List<String> entrypoint,
        @Nullable List<String> args,
        @Nullable HealthCheckConfig healthCheck,
        String target,
        String createdBy,
        @Nullable String owner) {

    /** Those of a sandbox that begins as this one is. */
    public Settings forked(
            @Nullable Map<String, String> otherLabels,
            @Nullable Map<String, String> otherMetadata,
            @Nullable Integer otherTimeoutMs,
            String by,
            String ofUser) {
        return new Settings(
                template,
                snapshot,
                env,
                workDir,
                user,
                shell,
                resources,
                network,
                volumes,
                requireEnforced,
                otherTimeoutMs == null ? timeoutMs : otherTimeoutMs,
                autoStopMinutes,
                autoPause,
                autoDeleteMinutes,
                otherLabels == null ? labels : otherLabels,
                otherMetadata == null ? metadata : otherMetadata,
                ephemeral,
                entrypoint,
                args,
                healthCheck,
                target,
                by,
                ofUser);
    }

    /** When a sandbox has used up its running time that runs from now on; null is never. */
    public @Nullable Instant expiryFrom(Instant now) {
        return timeoutMs == 0 ? null : now.plusMillis(timeoutMs);
    }
}
