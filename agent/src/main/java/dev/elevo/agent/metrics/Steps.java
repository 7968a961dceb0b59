package dev.elevo.agent.metrics;

import dev.elevo.contract.agent.MetricsQuery;
import dev.elevo.contract.sandbox.SandboxMetrics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Thins samples out. */
final class Steps {
    private Steps() {}

    /** Of each whole step from the start on; a sample at the very end of a step belongs to it. */
    static List<SandboxMetrics> lastOfEach(List<SandboxMetrics> samples, MetricsQuery query) {
        var step = Duration.ofSeconds(query.stepSeconds());
        var whole = Duration.between(query.start(), query.end()).dividedBy(step);
        var kept = new ArrayList<SandboxMetrics>();
        long keptStep = -1;
        for (var sample : samples) {
            var behind = Duration.between(query.start(), sample.timestamp());
            var index = behind.isPositive() ? behind.minusNanos(1).dividedBy(step) : -1;
            if (index < 0 || index >= whole) {
                continue;
            }
            if (index == keptStep) {
                kept.removeLast();
            }
            kept.add(sample);
            keptStep = index;
        }
        return kept;
    }
}
