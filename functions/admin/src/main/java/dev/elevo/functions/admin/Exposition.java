package dev.elevo.functions.admin;

import dev.elevo.platform.metrics.Histogram;
import dev.elevo.platform.metrics.RequestCounter.Series;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Map.Entry;

/** Metrics in the text form of Prometheus. */
final class Exposition {
    private static final double MILLIS = 1000;

    private Exposition() {}

    static String of(Map<Series, Histogram> seen, Map<String, Long> sandboxes) {
        var text = new StringBuilder("# TYPE api_requests_total counter\n");
        seen.entrySet().stream()
                .sorted(byName())
                .forEach(entry -> text.append("api_requests_total{")
                        .append(labels(entry.getKey()))
                        .append(",status=\"")
                        .append(entry.getKey().status())
                        .append("\"} ")
                        .append(entry.getValue().count())
                        .append('\n'));
        text.append("# TYPE api_request_duration_seconds histogram\n");
        var times = new HashMap<Series, Histogram>();
        seen.forEach((series, histogram) -> times.computeIfAbsent(withoutStatus(series), alike -> new Histogram())
                .add(histogram));
        times.entrySet().stream()
                .sorted(byName())
                .forEach(entry -> histogram(text, labels(entry.getKey()), entry.getValue()));
        text.append("# TYPE sandboxes gauge\n");
        sandboxes.forEach((state, count) -> text.append("sandboxes{state=\"")
                .append(state)
                .append("\"} ")
                .append(count)
                .append('\n'));
        return text.toString();
    }

    private static void histogram(StringBuilder text, String labels, Histogram times) {
        for (int i = 0; i < Histogram.BOUNDS.size(); i++) {
            bucket(text, labels, Double.toString(Histogram.BOUNDS.get(i) / MILLIS), times.upTo(i));
        }
        bucket(text, labels, "+Inf", times.count());
        text.append("api_request_duration_seconds_sum{")
                .append(labels)
                .append("} ")
                .append(times.sumMillis() / MILLIS)
                .append("\napi_request_duration_seconds_count{")
                .append(labels)
                .append("} ")
                .append(times.count())
                .append('\n');
    }

    private static void bucket(StringBuilder text, String labels, String bound, long count) {
        text.append("api_request_duration_seconds_bucket{")
                .append(labels)
                .append(",le=\"")
                .append(bound)
                .append("\"} ")
                .append(count)
                .append('\n');
    }

    /** None of them holds what would have to be escaped. */
    private static String labels(Series series) {
        return "method=\"" + series.method() + "\",endpoint=\"" + series.endpoint() + "\",client_type=\""
                + series.clientType() + "\"";
    }

    private static Series withoutStatus(Series series) {
        return new Series(series.method(), series.endpoint(), series.clientType(), 0);
    }

    private static Comparator<Entry<Series, Histogram>> byName() {
        return Comparator.comparing(entry -> entry.getKey().toString());
    }
}
