package dev.elevo.functions.sandboxes;

import dev.elevo.contract.sandbox.VolumeMount;
import dev.elevo.contract.volume.VolumeState;
import dev.elevo.platform.volume.VolumeFailures;
import dev.elevo.platform.volume.VolumeStore;
import jakarta.inject.Singleton;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** From the volumes that a client names to those there are. Whether they are to be had is decided when the sandbox is recorded. */
@Singleton
class WantedVolumes {
    private final VolumeStore store;

    WantedVolumes(VolumeStore store) {
        this.store = store;
    }

    List<VolumeMount> find(String organizationId, @Nullable List<VolumeMount> wanted) {
        return wanted == null
                ? List.of()
                : wanted.stream().map(mount -> find(organizationId, mount)).toList();
    }

    private VolumeMount find(String organizationId, VolumeMount wanted) {
        var volume = store.find(organizationId, wanted.volumeId())
                .filter(found -> !found.is(VolumeState.DELETING))
                .orElseThrow(() -> VolumeFailures.notFound(wanted.volumeId()).asException());
        return new VolumeMount(
                volume.id(), MountPath.normal(wanted.mountPath()), wanted.subPath(), wanted.isReadOnly());
    }
}
