package dev.elevo.infra;

import dev.elevo.contract.Area;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.services.iam.Role;
import software.constructs.Construct;

/**
 * Where the files of sandboxes lie while no machine has them, those of snapshots, and single ones on their way to whoever fetches them.
 * The engine deletes what nobody needs; those on their way end by themselves.
 */
final class WorkspaceBucket implements Provision {
    private static final List<String> SAVED = List.of("workspaces/*", "snapshots/*");
    private static final List<String> ON_THEIR_WAY = List.of("transfers/*");

    /** What an area has in it. */
    private static final Map<Area, List<String>> FILES =
            Map.of(Area.SANDBOXES, SAVED, Area.SNAPSHOTS, SAVED, Area.FILES, ON_THEIR_WAY);

    private final PrivateBucket bucket;

    WorkspaceBucket(Construct scope, EncryptionKey encryption) {
        bucket = new PrivateBucket(scope, "Workspaces", encryption);
        // An address for one lives a day, at most.
        bucket.end("files on their way", "transfers/", Duration.days(2));
        bucket.letBrowsersFetch();
    }

    /** What machines bring and fetch, by addresses that were signed for them. */
    List<String> files() {
        return bucket.objects(
                Stream.of(SAVED, ON_THEIR_WAY).flatMap(List::stream).toList());
    }

    List<String> hosts() {
        return bucket.hosts();
    }

    @Override
    public Map<String, String> environment(Area area) {
        return FILES.containsKey(area) ? Map.of("ELEVO_WORKSPACES_BUCKET", bucket.name()) : Map.of();
    }

    /** Machines have no rights: they get addresses that this role has signed. */
    @Override
    public void grantUse(Area area, Role role) {
        var files = FILES.get(area);
        if (files != null) {
            bucket.grantUse(role, files);
        }
    }
}
