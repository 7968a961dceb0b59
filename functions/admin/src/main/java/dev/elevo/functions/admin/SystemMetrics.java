package dev.elevo.functions.admin;

import dev.elevo.platform.metrics.Histogram;
import dev.elevo.platform.metrics.RequestCounter.Series;
import io.micronaut.serde.annotation.Serdeable;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What all instances answered in a span of time; errors are answers of 500 and more. */
@Serdeable
record SystemMetrics(
        Instant from,
        Instant to,
        Requests requests,
        List<Endpoint> endpoints,
        Map<String, Long> clients,
        Map<String, Long> sandboxes) {
    private static final int SERVER_ERRORS = 500;

    @Serdeable
    record Requests(long total, long errors, double errorRate, double perSecond, Latency latencyMs) {}

    @Serdeable
    record Latency(double avg, double p50, double p95, double p99) {}

    @Serdeable
    record Endpoint(String method, String endpoint, long count, long errors, double avgMs) {}

    private record Name(String method, String endpoint) {}

    /** Of one endpoint. */
    private static final class Sum {
        private final Histogram times = new Histogram();
        private long errors;
    }

    static SystemMetrics of(Instant from, Instant to, Map<Series, Histogram> seen, Map<String, Long> sandboxes) {
        var all = new Sum();
        var byEndpoint = new HashMap<Name, Sum>();
        var clients = new TreeMap<String, Long>();
        seen.forEach((series, times) -> {
            add(all, series, times);
            add(
                    byEndpoint.computeIfAbsent(new Name(series.method(), series.endpoint()), name -> new Sum()),
                    series,
                    times);
            clients.merge(series.clientType(), times.count(), Long::sum);
        });
        var total = all.times.count();
        var requests = new Requests(
                total,
                all.errors,
                total == 0 ? 0 : (double) all.errors / total,
                (double) total / Math.max(1, Duration.between(from, to).toSeconds()),
                new Latency(
                        all.times.averageMillis(),
                        all.times.quantile(0.5),
                        all.times.quantile(0.95),
                        all.times.quantile(0.99)));
        var endpoints = byEndpoint.entrySet().stream()
                .map(entry -> new Endpoint(
                        entry.getKey().method(),
                        entry.getKey().endpoint(),
                        entry.getValue().times.count(),
                        entry.getValue().errors,
                        entry.getValue().times.averageMillis()))
                .sorted(Comparator.comparingLong(Endpoint::count)
                        .reversed()
                        .thenComparing(Endpoint::endpoint)
                        .thenComparing(Endpoint::method))
                .toList();
        return new SystemMetrics(from, to, requests, endpoints, clients, sandboxes);
    }

    private static void add(Sum sum, Series series, Histogram times) {
        sum.times.add(times);
        sum.errors += series.status() >= SERVER_ERRORS ? times.count() : 0;
    }
}
