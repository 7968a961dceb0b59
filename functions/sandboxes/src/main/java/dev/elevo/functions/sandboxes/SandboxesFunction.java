package dev.elevo.functions.sandboxes;

import dev.elevo.contract.Area;
import dev.elevo.platform.lambda.AreaFunction;
import dev.elevo.platform.lambda.Surroundings;

/** Handles the requests and schedules of {@link Area#SANDBOXES}. */
public final class SandboxesFunction extends AreaFunction {
    public SandboxesFunction() {
        super(Area.SANDBOXES);
    }

    public SandboxesFunction(Surroundings surroundings) {
        super(Area.SANDBOXES, surroundings);
    }
}
