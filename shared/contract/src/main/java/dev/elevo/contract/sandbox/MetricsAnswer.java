package dev.elevo.contract.sandbox;

import io.micronaut.serde.annotation.Serdeable;
import java.util.List;

/** Samples of a sandbox, oldest first. */
@Serdeable
public record MetricsAnswer(List<SandboxMetrics> metrics) {}
