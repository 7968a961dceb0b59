package dev.elevo.contract.agent;

import io.micronaut.serde.annotation.Serdeable;
import java.time.Instant;

/**
 * Which samples of a sandbox are wanted: of each whole step from the start on the last one taken in it.
 *
 * @param stepSeconds at least 1
 */
@Serdeable
public record MetricsQuery(Instant start, Instant end, int stepSeconds) {}
