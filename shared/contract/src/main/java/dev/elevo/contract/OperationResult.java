package dev.elevo.contract;

import io.micronaut.serde.annotation.Serdeable;

/** What an action answers that makes no resource. */
@Serdeable
public record OperationResult(boolean success, String message) {
    public static OperationResult done(String message) {
        return new OperationResult(true, message);
    }
}
