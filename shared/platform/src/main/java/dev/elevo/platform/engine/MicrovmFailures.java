package dev.elevo.platform.engine;

import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import dev.elevo.platform.microvm.MicrovmException;
import java.time.Duration;
import java.util.Map;

/** What the service of MicroVMs refuses, in the words of our own catalogue. */
final class MicrovmFailures {
    private MicrovmFailures() {}

    /** What the client can do nothing about, and waiting does not help, stays what it is: a fault of the deployment. */
    static RuntimeException of(MicrovmException refusal) {
        return switch (refusal.kind()) {
            case QUOTA -> exhausted("This deployment runs as many MicroVMs as it may", "microvm quota", refusal);
            case NO_CAPACITY -> exhausted("There is no room for a MicroVM now", "microvm capacity", refusal);
            case THROTTLED -> later("Too many sandboxes change at once", 2, refusal);
            // It ends, or begins: which of them shows when it is asked for.
            case NOT_FOUND, CONFLICT -> later("The MicroVM of the sandbox changes just now", 2, refusal);
            case UNAVAILABLE -> later("The service of MicroVMs does not answer", 5, refusal);
            case INVALID, DENIED -> refusal;
        };
    }

    private static RuntimeException exhausted(String message, String resource, MicrovmException cause) {
        return new Failure.Refused(ErrorCode.RESOURCE_EXHAUSTED, message, Map.of("resource", resource)).causedBy(cause);
    }

    private static RuntimeException later(String message, int seconds, MicrovmException cause) {
        return new Failure.Unavailable(message, Duration.ofSeconds(seconds)).causedBy(cause);
    }
}
