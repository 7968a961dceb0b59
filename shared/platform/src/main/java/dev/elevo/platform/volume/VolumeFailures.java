package dev.elevo.platform.volume;

import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import java.util.Map;

/** The refusals every area gives about volumes, said the same way everywhere. */
public final class VolumeFailures {
    private VolumeFailures() {}

    /** Also for one of another organization. */
    public static Failure notFound(String idOrName) {
        return new Failure.Refused(
                ErrorCode.VOLUME_NOT_FOUND, "Volume " + idOrName + " not found", Map.of("volumeId", idOrName));
    }

    public static Failure cannotBeMounted(Mounts.Refusal refusal) {
        return refusal.isThere()
                ? new Failure.Refused(
                        ErrorCode.VOLUME_IN_USE,
                        "Another active sandbox writes to volume " + refusal.volumeId()
                                + ", or it is not available; readOnly mounts any number may have",
                        Map.of("volumeId", refusal.volumeId()))
                : notFound(refusal.volumeId());
    }
}
