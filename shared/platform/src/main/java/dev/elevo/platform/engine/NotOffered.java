package dev.elevo.platform.engine;

import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import dev.elevo.contract.sandbox.Isolation;
import java.util.Map;

/** What cannot be had in MicroVMs (9007). */
final class NotOffered {
    private NotOffered() {}

    static Failure of(String feature) {
        return new Failure.Refused(
                ErrorCode.NOT_IMPLEMENTED,
                "Not offered here: " + feature,
                Map.of("feature", feature, "isolation", Isolation.MICROVM.label()));
    }
}
