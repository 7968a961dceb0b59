package dev.elevo.functions.lsp;

import dev.elevo.contract.Area;
import dev.elevo.platform.lambda.AreaFunction;
import dev.elevo.platform.lambda.Surroundings;

/** Handles the requests of {@link Area#LSP}. */
public final class LspFunction extends AreaFunction {
    public LspFunction() {
        super(Area.LSP);
    }

    public LspFunction(Surroundings surroundings) {
        super(Area.LSP, surroundings);
    }
}
