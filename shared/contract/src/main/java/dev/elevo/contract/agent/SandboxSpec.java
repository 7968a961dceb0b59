package dev.elevo.contract.agent;

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
 * A sandbox as the agent makes it: all defaults filled in, nothing of users or organisations.
 *
 * @param deadline the agent stops the sandbox then by itself, so that a dead control plane cannot leak it; null is none
 * @param command started in it whenever it starts; null is none
 * @param volumes mounted whenever it starts, each by its id; null is none
 * @param snapshot its files at first are those of it; null is those of the template alone
 */
@Serdeable
public record SandboxSpec(
        String id,
        String template,
        Map<String, String> env,
        String workDir,
        String user,
        String shell,
        Resources resources,
        NetworkConfig network,
        List<String> requireEnforced,
        @Nullable HealthCheckConfig healthCheck,
        @Nullable Instant deadline,
        @Nullable List<String> command,
        @Nullable List<VolumeMount> volumes,
        @Nullable SnapshotSource snapshot) {

    public SandboxSpec(
            String id,
            String template,
            Map<String, String> env,
            String workDir,
            String user,
            String shell,
            Resources resources,
            NetworkConfig network,
            List<String> requireEnforced,
            @Nullable HealthCheckConfig healthCheck,
            @Nullable Instant deadline) {
        this(id, template, env, workDir, user, shell, resources, network, requireEnforced, healthCheck, deadline, null);
    }

    public SandboxSpec(
            String id,
            String template,
            Map<String, String> env,
            String workDir,
            String user,
            String shell,
            Resources resources,
            NetworkConfig network,
            List<String> requireEnforced,
            @Nullable HealthCheckConfig healthCheck,
            @Nullable Instant deadline,
            @Nullable List<String> command) {
        this(
                id,
                template,
                env,
                workDir,
                user,
                shell,
                resources,
                network,
                requireEnforced,
                healthCheck,
                deadline,
                command,
                null,
                null);
    }

    public List<VolumeMount> mounts() {
        return volumes == null ? List.of() : volumes;
    }

    public SandboxSpec until(Deadline other) {
        return with(network, other.at());
    }

    public SandboxSpec connectedBy(NetworkConfig other) {
        return with(other, deadline);
    }

    /** For whom its files are there already. */
    public SandboxSpec withoutSource() {
        return new SandboxSpec(
                id,
                template,
                env,
                workDir,
                user,
                shell,
                resources,
                network,
                requireEnforced,
                healthCheck,
                deadline,
                command,
                volumes,
                null);
    }

    private SandboxSpec with(NetworkConfig connection, @Nullable Instant end) {
        return new SandboxSpec(
                id,
                template,
                env,
                workDir,
                user,
                shell,
                resources,
                connection,
                requireEnforced,
                healthCheck,
                end,
                command,
                volumes,
                snapshot);
    }
}
