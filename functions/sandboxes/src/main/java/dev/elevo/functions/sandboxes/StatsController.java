package dev.elevo.functions.sandboxes;

import dev.elevo.contract.sandbox.SandboxState;
import dev.elevo.contract.sandbox.Stats;
import dev.elevo.platform.identity.NeedsScope;
import dev.elevo.platform.identity.Principal;
import dev.elevo.platform.snapshot.Snapshot;
import dev.elevo.platform.snapshot.SnapshotStore;
import dev.elevo.platform.volume.VolumeStore;
import dev.elevo.platform.volume.VolumeView;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import java.time.InstantSource;
import java.util.LinkedHashMap;

@Controller("/api/v1/stats")
class StatsController {
    private final SandboxService sandboxes;
    private final SnapshotStore snapshots;
    private final VolumeStore volumes;
    private final VolumeView view;
    private final InstantSource clock;

    StatsController(
            SandboxService sandboxes,
            SnapshotStore snapshots,
            VolumeStore volumes,
            VolumeView view,
            InstantSource clock) {
        this.sandboxes = sandboxes;
        this.snapshots = snapshots;
        this.volumes = volumes;
        this.view = view;
        this.clock = clock;
    }

    @Get
    @NeedsScope("sandbox:read")
    Stats getStats(Principal caller) {
        var census = sandboxes.census(caller);
        var totals = volumes.totals(caller.organizationId());
        var byState = new LinkedHashMap<String, Long>();
        for (var state : SandboxState.values()) {
            if (state != SandboxState.DELETED) {
                byState.put(state.label(), census.byState().getOrDefault(state, 0L));
            }
        }
        var total = byState.values().stream().mapToLong(Long::longValue).sum();
        return new Stats(
                new Stats.Sandboxes(total, byState),
                census.granted(),
                snapshots(caller),
                new Stats.Volumes(
                        totals.count(), totals.size(), totals.count() == 0 ? 0 : view.usedBy(caller.organizationId())),
                clock.instant());
    }

    private Stats.Snapshots snapshots(Principal caller) {
        var all = snapshots.list(caller.organizationId());
        return new Stats.Snapshots(
                all.size(), all.stream().mapToLong(Snapshot::size).sum());
    }
}
