package dev.elevo.platform.snapshot;

import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import java.util.Map;

/** The refusals about snapshots, said the same way everywhere. */
public final class SnapshotFailures {
    private SnapshotFailures() {}

    /** Also for one of another organization. */
    public static Failure notFound(String idOrName) {
        return new Failure.Refused(
                ErrorCode.SNAPSHOT_NOT_FOUND, "Snapshot " + idOrName + " not found", Map.of("snapshotId", idOrName));
    }

    public static Failure notAvailable(Snapshot snapshot) {
        return inUse(snapshot, "it is " + snapshot.state().label());
    }

    public static Failure inUse(Snapshot snapshot, String why) {
        return new Failure.Refused(
                ErrorCode.SNAPSHOT_IN_USE,
                "Snapshot " + snapshot.id() + " is not to be had: " + why,
                Map.of("snapshotId", snapshot.id(), "state", snapshot.state().label()));
    }
}
