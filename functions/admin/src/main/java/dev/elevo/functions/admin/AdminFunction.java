package dev.elevo.functions.admin;

import dev.elevo.contract.Area;
import dev.elevo.platform.lambda.AreaFunction;
import dev.elevo.platform.lambda.Surroundings;

/** Handles the requests of {@link Area#ADMIN}. */
public final class AdminFunction extends AreaFunction {
    public AdminFunction() {
        super(Area.ADMIN);
    }

    public AdminFunction(Surroundings surroundings) {
        super(Area.ADMIN, surroundings);
    }
}
