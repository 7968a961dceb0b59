package dev.elevo.infra;

import dev.elevo.contract.Area;
import java.nio.file.Files;
import java.nio.file.Path;
import software.amazon.awscdk.services.lambda.Code;

/** Where the build leaves the zip of each area's function. */
record FunctionPackages(Path functionsFolder) {

    Code of(Area area) {
        var zip = functionsFolder.resolve(area.areaName()).resolve("target/lambda.zip");
        if (!Files.isRegularFile(zip)) {
            throw new IllegalStateException("The function " + area.areaName() + " is not packaged: " + zip
                    + " is missing. Run mvn package first.");
        }
        return Code.fromAsset(zip.toString());
    }
}
