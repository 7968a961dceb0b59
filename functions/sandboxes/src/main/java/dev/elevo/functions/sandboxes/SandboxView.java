package dev.elevo.functions.sandboxes;

import dev.elevo.contract.sandbox.SandboxInfo;
import dev.elevo.contract.sandbox.VolumeMount;
import dev.elevo.contract.snapshot.SnapshotInfo;
import dev.elevo.platform.sandbox.Sandbox;
import dev.elevo.platform.sandbox.SandboxInfos;
import dev.elevo.platform.snapshot.SnapshotInfos;
import dev.elevo.platform.volume.VolumeView;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A sandbox as a client is shown it. */
@Singleton
final class SandboxView {
    private static final String VOLUMES = "volumes";

    private final SandboxInfos infos;
    private final Observer observer;
    private final SourceSnapshots snapshots;
    private final VolumeView volumes;

    SandboxView(SandboxInfos infos, Observer observer, SourceSnapshots snapshots, VolumeView volumes) {
        this.infos = infos;
        this.observer = observer;
        this.snapshots = snapshots;
        this.volumes = volumes;
    }

    SandboxInfo of(Sandbox sandbox, Expansion expansion) {
        return of(List.of(sandbox), expansion).apply(sandbox);
    }

    /** For each of these, all of one organization; they are looked at all at once where that is needed. */
    Function<Sandbox, SandboxInfo> of(Collection<Sandbox> sandboxes, Expansion expansion) {
        var observed = observer.observe(sandboxes, expansion);
        var ofVolumes = expansion.names().contains(VOLUMES)
                ? volumesOf(sandboxes)
                : Map.<String, Map<String, @Nullable Object>>of();
        return sandbox -> {
            var observation = observed.getOrDefault(sandbox.id(), Observer.Observation.NOTHING);
            return infos.of(sandbox, observation.health(), ofVolumes, expanded(sandbox, expansion, observation));
        };
    }

    /** One that is not there any more the contract wants as null. */
    private Map<String, Map<String, @Nullable Object>> volumesOf(Collection<Sandbox> sandboxes) {
        var ids = sandboxes.stream()
                .flatMap(sandbox -> sandbox.settings().volumes().stream())
                .map(VolumeMount::volumeId)
                .collect(Collectors.toSet());
        var shown = new HashMap<String, Map<String, @Nullable Object>>();
        if (!ids.isEmpty()) {
            var found = volumes.byId(sandboxes.iterator().next().organizationId(), ids);
            for (var id : ids) {
                var volume = new HashMap<String, @Nullable Object>();
                volume.put("volume", found.get(id));
                shown.put(id, volume);
            }
        }
        return shown;
    }

    /** What there is none of, the contract wants as null. Volumes are shown where they are mounted. */
    private Map<String, @Nullable Object> expanded(
            Sandbox sandbox, Expansion expansion, Observer.Observation observation) {
        var expanded = new HashMap<String, @Nullable Object>();
        for (var name : expansion.names()) {
            if (!name.equals(VOLUMES)) {
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
