package dev.elevo.contract.run;

import io.micronaut.serde.annotation.Serdeable;
import java.util.List;
import java.util.Map;

/** The points of a run by the names of its metrics. */
@Serdeable
public record RunMetrics(Map<String, List<MetricPoint>> metrics) {}
