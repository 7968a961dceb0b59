package dev.elevo.infra;

import dev.elevo.contract.Area;
import java.util.Map;
import software.amazon.awscdk.services.iam.Role;

/** Something that functions work with: what an area is told of it, and what its role may do with it. */
interface Provision {

    /** Empty for an area that does not need it. */
    Map<String, String> environment(Area area);

    /** What it is told besides and nobody else may read: it stands nowhere but in the function's environment. */
    default Map<String, String> secrets(Area area) {
        return Map.of();
    }

    /** Nothing for an area that does not need it. */
    void grantUse(Area area, Role role);
}
