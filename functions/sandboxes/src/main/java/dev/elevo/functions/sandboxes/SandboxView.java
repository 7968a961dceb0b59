package dev.elevo.functions.sandboxes;

import dev.elevo.contract.sandbox.SandboxInfo;
import dev.elevo.contract.sandbox.SandboxState;
import dev.elevo.platform.deployment.Deployment;
import dev.elevo.platform.sandbox.Sandbox;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A sandbox as a client is shown it. */
@Singleton
final class SandboxView {
    private final Deployment deployment;
    private final Observer observer;

    SandboxView(Deployment deployment, Observer observer) {
        this.deployment = deployment;
        this.observer = observer;
    }

    SandboxInfo of(Sandbox sandbox, Expansion expansion) {
        return of(List.of(sandbox), expansion).apply(sandbox);
    }

    /** For each of these; they are looked at all at once where that is needed. */
    Function<Sandbox, SandboxInfo> of(Collection<Sandbox> sandboxes, Expansion expansion) {
        var observed = observer.observe(sandboxes, expansion);
        return sandbox -> of(sandbox, expansion, observed.getOrDefault(sandbox.id(), Observer.Observation.NOTHING));
    }

    private SandboxInfo of(Sandbox sandbox, Expansion expansion, Observer.Observation observation) {
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
                observation.health(),
                settings.labels(),
                settings.metadata(),
                settings.target(),
                expanded(expansion, observation));
    }

    /** What there is none of, the contract wants as null. Volumes are shown anyway, and hold none. */
    private static Map<String, @Nullable Object> expanded(Expansion expansion, Observer.Observation observation) {
        var expanded = new HashMap<String, @Nullable Object>();
        for (var name : expansion.names()) {
            if (!name.equals("volumes")) {
                expanded.put(name, name.equals("metrics") ? observation.metrics() : null);
            }
        }
        return expanded;
    }
}
