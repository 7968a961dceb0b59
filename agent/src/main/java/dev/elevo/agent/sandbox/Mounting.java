package dev.elevo.agent.sandbox;

import dev.elevo.agent.driver.IsolationDriver;
import dev.elevo.agent.driver.VolumeImages;
import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import dev.elevo.contract.agent.SandboxSpec;
import dev.elevo.contract.sandbox.VolumeMount;
import jakarta.inject.Singleton;
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

    Mounting(Residents residents, IsolationDriver driver, VolumeImages images) {
        this.residents = residents;
        this.driver = driver;
        this.images = images;
    }

    void check(SandboxSpec spec) {
        for (var mount : spec.mounts()) {
            if (!driver.mountsVolumes()) {
                throw Acceptance.notOffered("volumes", driver);
            }
            if (!images.exists(mount.volumeId())) {
                throw refused(ErrorCode.VOLUME_NOT_FOUND, "No such volume", mount);
            }
            if (!mount.isReadOnly() && isWrittenByAnother(spec.id(), mount.volumeId())) {
                throw refused(ErrorCode.VOLUME_IN_USE, "Another sandbox writes to the volume", mount);
            }
        }
    }

    private boolean isWrittenByAnother(String sandboxId, String volumeId) {
        return residents.all().stream()
                .filter(other -> other.phase() != Phase.ENDED && !other.id().equals(sandboxId))
                .flatMap(other -> other.spec().mounts().stream())
                .anyMatch(mount -> mount.volumeId().equals(volumeId) && !mount.isReadOnly());
    }

    private static RuntimeException refused(ErrorCode code, String message, VolumeMount mount) {
        return new Failure.Refused(code, message, Map.of("volumeId", mount.volumeId())).asException();
    }
}
