package dev.elevo.infra;

import dev.elevo.contract.Area;
import java.util.List;
import java.util.Map;
import software.amazon.awscdk.services.iam.Role;
import software.constructs.Construct;

/** Where the contents of artifacts lie, for the function of runs and for nobody else. */
final class ArtifactBucket implements Provision {
    private final PrivateBucket bucket;

    ArtifactBucket(Construct scope, EncryptionKey encryption) {
        bucket = new PrivateBucket(scope, "Artifacts", encryption);
    }

    @Override
    public Map<String, String> environment(Area area) {
        return area == Area.RUNS ? Map.of("ELEVO_BLOBS_BUCKET", bucket.name()) : Map.of();
    }

    @Override
    public void grantUse(Area area, Role role) {
        if (area == Area.RUNS) {
            bucket.grantUse(role, List.of("*"));
        }
    }
}
