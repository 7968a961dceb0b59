package dev.elevo.functions.volumes;

import dev.elevo.contract.Area;
import dev.elevo.platform.lambda.AreaFunction;
import dev.elevo.platform.lambda.Surroundings;

/** Handles the requests and schedules of {@link Area#VOLUMES}. */
public final class VolumesFunction extends AreaFunction {
    public VolumesFunction() {
        super(Area.VOLUMES);
    }

    public VolumesFunction(Surroundings surroundings) {
        super(Area.VOLUMES, surroundings);
    }
}
