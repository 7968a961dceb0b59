package dev.elevo.functions.snapshots;

import dev.elevo.contract.sandbox.Health;
import dev.elevo.contract.snapshot.SnapshotInfo;
import dev.elevo.platform.sandbox.SandboxInfos;
import dev.elevo.platform.sandbox.SandboxStore;
import dev.elevo.platform.snapshot.Snapshot;
import dev.elevo.platform.snapshot.SnapshotInfos;
import jakarta.inject.Singleton;
import java.util.Collections;
import java.util.Map;

/** A snapshot as a client is shown it, with its sandbox where that is asked for. */
@Singleton
final class SnapshotView {
    private final SandboxStore sandboxes;
    private final SandboxInfos infos;

    SnapshotView(SandboxStore sandboxes, SandboxInfos infos) {
        this.sandboxes = sandboxes;
        this.infos = infos;
    }

    SnapshotInfo of(Snapshot snapshot, boolean withSandbox) {
        if (!withSandbox) {
            return SnapshotInfos.of(snapshot, Map.of());
        }
        // Whether it is well is asked of the sandbox itself only where the sandbox is the question.
        var sandbox = sandboxes
                .find(snapshot.organizationId(), snapshot.sandboxId())
                .map(found -> infos.of(
                        found, found.settings().healthCheck() == null ? null : Health.UNKNOWN, Map.of(), Map.of()))
                .orElse(null);
        return SnapshotInfos.of(snapshot, Collections.singletonMap("sandbox", sandbox));
    }
}
