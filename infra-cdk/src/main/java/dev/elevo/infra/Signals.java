package dev.elevo.infra;

import dev.elevo.contract.LogWords;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.services.cloudwatch.Metric;
import software.amazon.awscdk.services.cloudwatch.MetricOptions;
import software.amazon.awscdk.services.logs.FilterPattern;
import software.amazon.awscdk.services.logs.MetricFilter;
import software.constructs.Construct;

/** What only the functions' logs tell, counted there: it costs nothing that a function would have to send. */
final class Signals extends Construct {
    private static final String NAMESPACE = "Elevo";

    private final Metric sweeps;
    private final Metric circuitsOpened;

    Signals(Construct scope, DeployedArea sandboxes, DeployedArea admin) {
        super(scope, "Signals");
        sweeps = counted("Sweeps", sandboxes, LogWords.SWEPT);
        circuitsOpened = counted("CircuitsOpened", admin, LogWords.CIRCUIT_OPEN);
    }

    Metric sweeps() {
        return sweeps;
    }

    Metric circuitsOpened() {
        return circuitsOpened;
    }

    private Metric counted(String name, DeployedArea area, String words) {
        return MetricFilter.Builder.create(this, name)
                .logGroup(area.log())
                .filterPattern(FilterPattern.allTerms(words))
                .metricNamespace(NAMESPACE)
                .metricName(name)
                .metricValue("1")
                .build()
                .metric(MetricOptions.builder()
                        .statistic("Sum")
                        .period(Duration.minutes(5))
                        .build());
    }
}
