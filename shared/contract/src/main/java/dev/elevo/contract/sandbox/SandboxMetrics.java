package dev.elevo.contract.sandbox;

import io.micronaut.serde.annotation.Serdeable;
import java.time.Instant;

/**
 * What a sandbox used at one moment.
 *
 * @param cpuUsagePercent share of all granted cores since the sample before
 * @param networkRxBytes since the last start
 */
@Serdeable
public record SandboxMetrics(
        Instant timestamp,
        double cpuUsagePercent,
        double cpuCount,
        long memoryUsed,
        long memoryTotal,
        double memoryUsagePercent,
        long diskUsed,
        long diskTotal,
        double diskUsagePercent,
        long networkRxBytes,
        long networkTxBytes,
        int processCount) {}
