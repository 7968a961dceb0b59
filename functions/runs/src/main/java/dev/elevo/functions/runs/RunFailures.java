package dev.elevo.functions.runs;

import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import dev.elevo.contract.run.RunStatus;
import java.util.Map;

/** What clients are refused, in the same words everywhere. */
final class RunFailures {
    private RunFailures() {}

    /** Also for one of another organization. */
    static Failure noRun(String id) {
        return new Failure.Refused(ErrorCode.RESOURCE_NOT_FOUND, "Run " + id + " not found", Map.of("runId", id));
    }

    static Failure noArtifact(String id) {
        return new Failure.Refused(
                ErrorCode.RESOURCE_NOT_FOUND, "Artifact " + id + " not found", Map.of("artifactId", id));
    }

    static Failure finished(RunStatus status) {
        return Failure.Invalid.field("status", "the run has " + said(status) + " already", status.label());
    }

    private static String said(RunStatus status) {
        return status == RunStatus.CANCELLED ? "been cancelled" : status.label();
    }

    static Failure full(String resource, long limit) {
        return new Failure.Refused(
                ErrorCode.RESOURCE_EXHAUSTED,
                "There are as many " + resource + " as there may be",
                Map.of("resource", resource, "limit", limit));
    }
}
