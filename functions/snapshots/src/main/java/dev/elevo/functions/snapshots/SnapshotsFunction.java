package dev.elevo.functions.snapshots;

import dev.elevo.contract.Area;
import dev.elevo.platform.lambda.AreaFunction;
import dev.elevo.platform.lambda.Surroundings;

/** Handles the requests of {@link Area#SNAPSHOTS}. */
public final class SnapshotsFunction extends AreaFunction {
    public SnapshotsFunction() {
        super(Area.SNAPSHOTS);
    }

    public SnapshotsFunction(Surroundings surroundings) {
        super(Area.SNAPSHOTS, surroundings);
    }
}
