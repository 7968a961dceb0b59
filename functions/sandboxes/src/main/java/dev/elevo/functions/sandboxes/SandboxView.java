package dev.elevo.functions.sandboxes;

import dev.elevo.contract.sandbox.SandboxInfo;
import dev.elevo.contract.snapshot.SnapshotInfo;
import dev.elevo.platform.deployment.Deployment;
import dev.elevo.platform.sandbox.Sandbox;
import dev.elevo.platform.sandbox.SandboxInfos;
import dev.elevo.platform.snapshot.SnapshotInfos;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A sandbox as a client is shown it. */
@Singleton
final class SandboxView {
    private final Deployment deployment;
    private final Observer observer;
    private final SourceSnapshots snapshots;

    SandboxView(Deployment deployment, Observer observer, SourceSnapshots snapshots) {
        this.deployment = deployment;
        this.observer = observer;
        this.snapshots = snapshots;
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
        return SandboxInfos.of(sandbox, deployment, observation.health(), expanded(sandbox, expansion, observation));
    }

    /** What there is none of, the contract wants as null. Volumes are shown anyway, and hold none. */
    private Map<String, @Nullable Object> expanded(
            Sandbox sandbox, Expansion expansion, Observer.Observation observation) {
        var expanded = new HashMap<String, @Nullable Object>();
        for (var name : expansion.names()) {
            if (!name.equals("volumes")) {
                expanded.put(name, name.equals("metrics") ? observation.metrics() : snapshot(sandbox));
            }
        }
        return expanded;
    }

    private @Nullable SnapshotInfo snapshot(Sandbox sandbox) {
        var id = sandbox.settings().snapshot();
        return id == null
                ? null
                : snapshots
                        .find(sandbox.organizationId(), id)
                        .map(found -> SnapshotInfos.of(found, Map.of()))
                        .orElse(null);
    }
}
