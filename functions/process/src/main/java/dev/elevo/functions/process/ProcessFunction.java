package dev.elevo.functions.process;

import dev.elevo.contract.Area;
import dev.elevo.platform.lambda.AreaFunction;
import dev.elevo.platform.lambda.Surroundings;

/** Handles the requests of {@link Area#PROCESS}. */
public final class ProcessFunction extends AreaFunction {
    public ProcessFunction() {
        super(Area.PROCESS);
    }

    public ProcessFunction(Surroundings surroundings) {
        super(Area.PROCESS, surroundings);
    }
}
