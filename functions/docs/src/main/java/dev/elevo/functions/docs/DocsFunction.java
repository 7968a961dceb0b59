package dev.elevo.functions.docs;

import dev.elevo.contract.Area;
import dev.elevo.platform.lambda.AreaFunction;
import dev.elevo.platform.lambda.Surroundings;

/** Handles the requests of {@link Area#DOCS}. */
public final class DocsFunction extends AreaFunction {
    public DocsFunction() {
        super(Area.DOCS);
    }

    public DocsFunction(Surroundings surroundings) {
        super(Area.DOCS, surroundings);
    }
}
