package dev.elevo.platform.snapshot;

import dev.elevo.contract.snapshot.SnapshotInfo;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A snapshot as a client is shown it, wherever it is shown. */
public final class SnapshotInfos {
    private SnapshotInfos() {}

    public static SnapshotInfo of(Snapshot snapshot, Map<String, @Nullable Object> expanded) {
        return new SnapshotInfo(
                snapshot.id(),
                snapshot.name(),
                snapshot.sandboxId(),
                snapshot.description(),
                snapshot.origin().template(),
                snapshot.error(),
                snapshot.size(),
                snapshot.state(),
                snapshot.createdAt(),
                snapshot.completedAt(),
                snapshot.expiresAt(),
                snapshot.labels(),
                snapshot.metadata(),
                expanded);
    }
}
