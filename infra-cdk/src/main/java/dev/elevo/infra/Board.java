package dev.elevo.infra;

import java.util.List;
import java.util.function.Function;
import software.amazon.awscdk.services.cloudwatch.Dashboard;
import software.amazon.awscdk.services.cloudwatch.GraphWidget;
import software.amazon.awscdk.services.cloudwatch.IMetric;
import software.amazon.awscdk.services.cloudwatch.Metric;
import software.amazon.awscdk.services.cloudwatch.MetricOptions;
import software.constructs.Construct;

/** The deployment at a glance; small enough (50 metrics) to be one of the three boards that AWS does not charge for. */
final class Board extends Construct {
    private static final int HALF = 12;

    Board(Construct scope, HttpEntry http, List<DeployedArea> areas, Signals signals, StateStore state) {
        super(scope, "Board");
        var api = http.api();
        Dashboard.Builder.create(this, "Dashboard")
                .widgets(List.of(
                        List.of(
                                graph(
                                        "Requests and errors",
                                        List.of(api.metricCount(), api.metricClientError(), api.metricServerError())),
                                graph(
                                        "Latency",
                                        List.of(
                                                api.metricLatency(statistic("p50", "p50")),
                                                api.metricLatency(statistic("p99", "p99"))))),
                        List.of(
                                perArea(
                                        "Duration p99",
                                        areas,
                                        deployed -> deployed.live()
                                                .metricDuration(statistic(
                                                        "p99", deployed.area().areaName()))),
                                perArea(
                                        "Failures",
                                        areas,
                                        deployed -> deployed.live()
                                                .metricErrors(statistic(
                                                        "Sum", deployed.area().areaName())))),
                        List.of(
                                perArea(
                                        "Throttles",
                                        areas,
                                        deployed -> deployed.live()
                                                .metricThrottles(statistic(
                                                        "Sum", deployed.area().areaName()))),
                                graph("Sweeps and circuits", List.of(signals.sweeps(), signals.circuitsOpened()))),
                        List.of(
                                graph(
                                        "State table",
                                        List.of(
                                                state.table().metricConsumedReadCapacityUnits(),
                                                state.table().metricConsumedWriteCapacityUnits())),
                                graph(
                                        "Sandboxes' table",
                                        List.of(
                                                state.sandboxes().metricConsumedReadCapacityUnits(),
                                                state.sandboxes().metricConsumedWriteCapacityUnits())))))
                .build();
    }

    private static MetricOptions statistic(String statistic, String label) {
        return MetricOptions.builder().statistic(statistic).label(label).build();
    }

    private static GraphWidget perArea(String title, List<DeployedArea> areas, Function<DeployedArea, Metric> metric) {
        return graph(title, areas.stream().map(metric).toList());
    }

    private static GraphWidget graph(String title, List<? extends IMetric> metrics) {
        return GraphWidget.Builder.create()
                .title(title)
                .width(HALF)
                .left(metrics)
                .build();
    }
}
