package dev.elevo.functions.git;

import dev.elevo.contract.Area;
import dev.elevo.platform.lambda.AreaFunction;
import dev.elevo.platform.lambda.Surroundings;

/** Handles the requests of {@link Area#GIT}. */
public final class GitFunction extends AreaFunction {
    public GitFunction() {
        super(Area.GIT);
    }

    public GitFunction(Surroundings surroundings) {
        super(Area.GIT, surroundings);
    }
}
