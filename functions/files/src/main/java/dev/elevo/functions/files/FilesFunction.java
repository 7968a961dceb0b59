package dev.elevo.functions.files;

import dev.elevo.contract.Area;
import dev.elevo.platform.lambda.AreaFunction;
import dev.elevo.platform.lambda.Surroundings;

/** Handles the requests of {@link Area#FILES}. */
public final class FilesFunction extends AreaFunction {
    public FilesFunction() {
        super(Area.FILES);
    }

    public FilesFunction(Surroundings surroundings) {
        super(Area.FILES, surroundings);
    }
}
