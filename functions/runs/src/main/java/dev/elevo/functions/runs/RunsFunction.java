package dev.elevo.functions.runs;

import dev.elevo.contract.Area;
import dev.elevo.platform.lambda.AreaFunction;
import dev.elevo.platform.lambda.Surroundings;

/** Handles the requests of {@link Area#RUNS}. */
public final class RunsFunction extends AreaFunction {
    public RunsFunction() {
        super(Area.RUNS);
    }

    public RunsFunction(Surroundings surroundings) {
        super(Area.RUNS, surroundings);
    }
}
