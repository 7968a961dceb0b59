package dev.elevo.platform.volume;

import dev.elevo.contract.agent.VolumeStatus;
import dev.elevo.contract.volume.VolumeInfo;
import dev.elevo.contract.volume.VolumeState;
import dev.elevo.platform.engine.Engine;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Volumes as a client is shown them. How full they are their host is asked, all of them at once. */
@Singleton
public final class VolumeView {
    private final VolumeStore store;
    private final Engine engine;

    VolumeView(VolumeStore store, Engine engine) {
        this.store = store;
        this.engine = engine;
    }

    public VolumeInfo of(Volume volume) {
        var sandboxes = store.mountsOf(volume.organizationId(), volume.id());
        return of(List.of(volume), Map.of(volume.id(), sandboxes)).getFirst();
    }

    /** All of one organization, whose mounts are given. */
    public List<VolumeInfo> of(List<Volume> volumes, Map<String, Set<String>> mounts) {
        var used = used(volumes);
        return volumes.stream()
                .map(volume ->
                        show(volume, used.getOrDefault(volume.id(), 0L), mounts.getOrDefault(volume.id(), Set.of())))
                .toList();
    }

    /** Those of an organization with these ids that are there. */
    public Map<String, VolumeInfo> byId(String organizationId, Set<String> ids) {
        if (ids.isEmpty()) {
            return Map.of();
        }
        var volumes = store.all(organizationId).stream()
                .filter(volume -> ids.contains(volume.id()))
                .toList();
        return of(volumes, store.mounts(organizationId)).stream()
                .collect(Collectors.toMap(VolumeInfo::id, Function.identity()));
    }

    /** In bytes, of all of an organization. */
    public long usedBy(String organizationId) {
        return used(store.all(organizationId)).values().stream()
                .mapToLong(Long::longValue)
                .sum();
    }

    /** The state that clients see. */
    public static VolumeState state(Volume volume, Map<String, Set<String>> mounts) {
        return state(volume, mounts.getOrDefault(volume.id(), Set.of()));
    }

    private static VolumeState state(Volume volume, Set<String> sandboxes) {
        return volume.is(VolumeState.AVAILABLE) && !sandboxes.isEmpty() ? VolumeState.IN_USE : volume.state();
    }

    private Map<String, Long> used(List<Volume> volumes) {
        var made = volumes.stream()
                .filter(volume -> volume.is(VolumeState.AVAILABLE))
                .map(Volume::id)
                .toList();
        return made.isEmpty()
                ? Map.of()
                : engine.volumes().look(made).stream()
                        .collect(Collectors.toMap(
                                VolumeStatus::id, status -> status.usedSize() == null ? 0L : status.usedSize()));
    }

    private static VolumeInfo show(Volume volume, long used, Set<String> sandboxes) {
        return new VolumeInfo(
                volume.id(),
                volume.name(),
                volume.size(),
                used,
                state(volume, sandboxes),
                volume.filesystem(),
                volume.createdAt(),
                volume.lastMountedAt(),
                List.copyOf(sandboxes),
                volume.labels(),
                volume.metadata(),
                null);
    }
}
