package dev.elevo.infra;

import dev.elevo.contract.Area;
import java.util.List;
import java.util.Map;
import java.util.Set;
import software.amazon.awscdk.services.iam.Role;
import software.constructs.Construct;

/** Where the files of sandboxes lie while no machine has them, and those of snapshots. The engine deletes what nobody needs. */
final class WorkspaceBucket implements Provision {
    private static final Set<Area> KEEPERS = Set.of(Area.SANDBOXES, Area.SNAPSHOTS);

    private static final List<String> FILES = List.of("workspaces/*", "snapshots/*");

    private final PrivateBucket bucket;

    WorkspaceBucket(Construct scope, EncryptionKey encryption) {
        bucket = new PrivateBucket(scope, "Workspaces", encryption);
    }

    /** What machines bring and fetch, by addresses that were signed for them. */
    List<String> files() {
        return bucket.objects(FILES);
    }

    List<String> hosts() {
        return bucket.hosts();
    }

    @Override
    public Map<String, String> environment(Area area) {
        return KEEPERS.contains(area) ? Map.of("ELEVO_WORKSPACES_BUCKET", bucket.name()) : Map.of();
    }

    /** Machines have no rights: they get addresses that this role has signed. */
    @Override
    public void grantUse(Area area, Role role) {
        if (KEEPERS.contains(area)) {
            bucket.grantUse(role, FILES);
        }
    }
}
