package dev.elevo.functions.admin;

import dev.elevo.contract.run.RunLimits;
import dev.elevo.platform.deployment.Deployment;
import dev.elevo.platform.git.GitLimits;
import dev.elevo.platform.lambda.AnswerSize;
import io.micronaut.context.annotation.Value;
import jakarta.inject.Singleton;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/** Every row of contract 1.9 by name, with the values the operator may set as they are in force. */
@Singleton
final class Limits {
    private static final long KIB = 1024;
    private static final long MIB = 1024 * KIB;
    private static final long GIB = 1024 * MIB;
    private static final long SECOND = 1000;
    private static final long MINUTE = 60 * SECOND;
    private static final long HOUR = 60 * MINUTE;

    /** After which whatever stands before a function answers in its place. */
    private static final long FRONT_MS = 29 * SECOND;

    private final Map<String, Long> inForce;

    Limits(
            Deployment deployment,
            @Value("${elevo.key.cache.ms:1000}") long keyCacheMs,
            @Value("${elevo.max.body.bytes:6291456}") long maxBodyBytes,
            @Value("${elevo.gateway.longest.ms:28000}") long forwardMs) {
        var limits = new TreeMap<String, Long>();
        limits.put("sandboxesPerOrganization", (long) deployment.sandboxesPerOrganization());
        limits.put("timeoutMs", 24 * HOUR);
        limits.put("defaultTimeoutMs", HOUR);
        limits.put("processesPerSandbox", 100L);
        limits.put("sessionsPerSandbox", 10L);
        limits.put("ptysPerSandbox", 10L);
        limits.put("lspServersPerSandbox", 5L);
        limits.put("outputBytesPerStream", 10 * MIB);
        limits.put("ptyHistoryBytes", MIB);
        // What a function carries is less than the contract's; more goes by upload-url and download-url.
        limits.put("readBytes", (long) AnswerSize.MOST_BINARY_BYTES);
        limits.put("writeBytes", maxBodyBytes);
        limits.put("batchBytes", maxBodyBytes);
        limits.put("uploadBytes", 10 * GIB);
        limits.put("downloadBytes", 10 * GIB);
        limits.put("searchResults", 10_000L);
        limits.put("snapshotsPerOrganization", 100L);
        limits.put("volumesPerOrganization", (long) deployment.volumesPerOrganization());
        limits.put("snapshotGB", 100L);
        limits.put("volumeGB", 1000L);
        limits.put("maxWaitMs", (long) deployment.maxWaitMs());
        limits.put("commandTimeoutMs", 24 * HOUR);
        limits.put("gitRepositoryBytes", GitLimits.REPOSITORY_BYTES);
        limits.put("gitFileBytes", GitLimits.FILE_BYTES);
        limits.put("gitCloneMs", 30 * MINUTE);
        limits.put("gitTransferMs", 10 * MINUTE);
        limits.put("lspStartMs", MINUTE);
        limits.put("lspRequestMs", 30 * SECOND);
        limits.put("keyCacheMs", keyCacheMs);
        limits.put("forwardMs", Math.min(forwardMs, FRONT_MS));
        limits.put("runsPerOrganization", (long) RunLimits.RUNS_PER_ORGANIZATION);
        limits.put("runObjectBytes", (long) RunLimits.OBJECT_BYTES);
        limits.put("metricPointsPerRun", (long) RunLimits.POINTS_PER_RUN);
        limits.put("logLinesPerRun", (long) RunLimits.LOG_LINES_PER_RUN);
        limits.put("logBytesPerRun", RunLimits.LOG_BYTES_PER_RUN);
        limits.put("logLineBytes", (long) RunLimits.LOG_LINE_BYTES);
        limits.put("logReportBytes", (long) RunLimits.LOG_REPORT_BYTES);
        limits.put("artifactsPerOrganization", (long) RunLimits.ARTIFACTS_PER_ORGANIZATION);
        limits.put("artifactBytes", (long) RunLimits.ARTIFACT_BYTES);
        limits.put("artifactBytesPerOrganization", RunLimits.ARTIFACT_BYTES_PER_ORGANIZATION);
        inForce = Collections.unmodifiableMap(limits);
    }

    Map<String, Long> inForce() {
        return inForce;
    }
}
