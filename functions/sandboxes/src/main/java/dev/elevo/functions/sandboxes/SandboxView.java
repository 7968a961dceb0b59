package dev.elevo.functions.sandboxes;

import dev.elevo.contract.sandbox.SandboxInfo;
import dev.elevo.contract.sandbox.SandboxState;
import dev.elevo.platform.deployment.Deployment;
import dev.elevo.platform.sandbox.Sandbox;
import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A sandbox as a client is shown it. */
@Singleton
final class SandboxView {
    private final Deployment deployment;

    SandboxView(Deployment deployment) {
        this.deployment = deployment;
    }

    SandboxInfo of(Sandbox sandbox, Expansion expansion) {
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
                settings.volumes(),
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
                null,
                settings.labels(),
                settings.metadata(),
                settings.target(),
                expanded(expansion));
    }

    /** There are no snapshots and no samples to show: the contract then wants null. Volumes are shown anyway, and hold none. */
    private static Map<String, @Nullable Object> expanded(Expansion expansion) {
        var expanded = new HashMap<String, @Nullable Object>();
        for (var name : expansion.names()) {
            if (!name.equals("volumes")) {
                expanded.put(name, null);
            }
        }
        return expanded;
    }
}
