package dev.elevo.contract.run;

import io.micronaut.serde.annotation.Serdeable;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** One point of a metric whose name stands above it. */
@Serdeable
public record MetricPoint(double value, @Nullable Long step, Instant timestamp) {}
