package dev.elevo.agent.sandbox;

import dev.elevo.agent.driver.IsolationDriver;
import dev.elevo.agent.driver.VolumeImages;
import dev.elevo.agent.sandbox.Locks.Work;
import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import dev.elevo.contract.agent.SandboxSpec;
import dev.elevo.contract.sandbox.VolumeMount;
import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Whether a sandbox that starts can have its volumes. The control plane has decided that already; this holds where it has not, or was
 * wrong.
 */
@Singleton
final class Mounting {
    private final Residents residents;
    private final IsolationDriver driver;
    private final VolumeImages images;
    /** Which sandbox, on its way to be a writer, has taken which volume: as soon as it is recorded its record tells that. */
    private final Map<String, String> taken = new HashMap<>();

    Mounting(Residents residents, IsolationDriver driver, VolumeImages images) {
        this.residents = residents;
        this.driver = driver;
        this.images = images;
    }

    /** Starts it, while nobody else starts who would write to the same volumes. */
    <T, E extends Exception> T holding(SandboxSpec spec, Work<T, E> start) throws E {
        for (var mount : spec.mounts()) {
            if (!driver.mountsVolumes()) {
                throw Acceptance.notOffered("volumes", driver);
            }
            if (!images.exists(mount.volumeId())) {
                throw refused(ErrorCode.VOLUME_NOT_FOUND, "No such volume", mount);
            }
        }
        var written =
                spec.mounts().stream().filter(mount -> !mount.isReadOnly()).toList();
        take(spec.id(), written);
        try {
            return start.run();
        } finally {
            giveBack(written);
        }
    }

    private synchronized void take(String sandboxId, List<VolumeMount> written) {
        for (var mount : written) {
            if (isWrittenByAnother(sandboxId, mount.volumeId())) {
                throw refused(ErrorCode.VOLUME_IN_USE, "Another sandbox writes to the volume", mount);
            }
        }
        written.forEach(mount -> taken.put(mount.volumeId(), sandboxId));
    }

    private synchronized void giveBack(List<VolumeMount> written) {
        written.forEach(mount -> taken.remove(mount.volumeId()));
    }

    private boolean isWrittenByAnother(String sandboxId, String volumeId) {
        return !taken.getOrDefault(volumeId, sandboxId).equals(sandboxId)
                || residents.all().stream()
                        .filter(other ->
                                other.phase() != Phase.ENDED && !other.id().equals(sandboxId))
                        .flatMap(other -> other.spec().mounts().stream())
                        .anyMatch(mount -> mount.volumeId().equals(volumeId) && !mount.isReadOnly());
    }

    private static RuntimeException refused(ErrorCode code, String message, VolumeMount mount) {
        return new Failure.Refused(code, message, Map.of("volumeId", mount.volumeId())).asException();
    }
}
