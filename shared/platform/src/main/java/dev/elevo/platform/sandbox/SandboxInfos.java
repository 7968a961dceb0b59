package dev.elevo.platform.sandbox;

import dev.elevo.contract.sandbox.Health;
import dev.elevo.contract.sandbox.MountInfo;
import dev.elevo.contract.sandbox.SandboxInfo;
import dev.elevo.contract.sandbox.SandboxState;
import dev.elevo.platform.deployment.Deployment;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What a record says of a sandbox, in the words of the contract. */
@Singleton
public final class SandboxInfos {
    private final Deployment deployment;

    SandboxInfos(Deployment deployment) {
        this.deployment = deployment;
    }

    /**
     * A sandbox as a client is shown it.
     *
     * @param health where a health check is set
     * @param ofVolumes what to show in each of its volumes, by id, besides how it is mounted
     * @param expanded what to show besides the sandbox
     */
    public SandboxInfo of(
            Sandbox sandbox,
            @Nullable Health health,
            Map<String, Map<String, @Nullable Object>> ofVolumes,
            Map<String, @Nullable Object> expanded) {
        var settings = sandbox.settings();
        var resources = settings.resources();
        var network = settings.network();
        var times = sandbox.times();
        var ending = sandbox.ending();
        var breakdown = sandbox.state() == SandboxState.FAILED ? sandbox.breakdown() : null;
        return new SandboxInfo(
                sandbox.id(),
                sandbox.name(),
                sandbox.organizationId(),
                settings.template(),
                settings.snapshot(),
                sandbox.state(),
                sandbox.wall().isolation(),
                sandbox.wall().enforced(),
                ending == null ? null : ending.reason(),
                ending == null ? null : ending.by(),
                ending == null ? null : ending.detail(),
                breakdown == null ? null : breakdown.reason(),
                breakdown == null ? null : breakdown.recoverable(),
                Objects.requireNonNull(resources.cpu(), "defaults are filled in"),
                Objects.requireNonNull(resources.memoryMB(), "defaults are filled in"),
                Objects.requireNonNull(resources.disk(), "defaults are filled in"),
                Objects.requireNonNull(resources.gpu(), "defaults are filled in"),
                resources.gpuType(),
                settings.workDir(),
                settings.user(),
                settings.shell(),
                settings.env(),
                settings.volumes().stream()
                        .map(mount -> MountInfo.of(mount, ofVolumes.getOrDefault(mount.volumeId(), Map.of())))
                        .toList(),
                times.createdAt(),
                times.startedAt(),
                times.stoppedAt(),
                times.lastActivityAt(),
                times.deletedAt(),
                times.expiresAt(),
                settings.timeoutMs(),
                settings.autoStopMinutes(),
                0,
                settings.autoDeleteMinutes(),
                settings.autoPause(),
                settings.ephemeral(),
                !network.internet(),
                network.allowedCIDRs(),
                network.exposedPorts(),
                deployment.domain().map(domain -> sandbox.id() + "." + domain).orElse(null),
                health,
                settings.labels(),
                settings.metadata(),
                settings.target(),
                expanded);
    }
}
