package dev.elevo.functions.admin.gateway;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToLongFunction;

/** Figures in the format of Prometheus, and in periods. */
final class Exposition {
    private Exposition() {}

    /** For people: what was counted in these hours. */
    static String write(List<Traffic.Hour> hours, Rules rules) {
        var totals = services(hours).values().stream()
                .map(sum -> new Traffic.Total(sum.service(), sum.requests(), sum.errors()))
                .toList();
        return write(totals, hours, rules, false);
    }

    /** For a scraper, who takes a counter that falls for one that began anew: so his are of no hours. */
    static String write(List<Traffic.Total> totals, List<Traffic.Hour> hours, Rules rules, boolean isOpen) {
        var text = new StringBuilder(512);
        counter(text, "gateway_requests_total", "Requests for routes", totals, Traffic.Total::requests, isOpen);
        counter(
                text,
                "gateway_errors_total",
                "Requests for routes that were answered with 500 or more",
                totals,
                Traffic.Total::errors,
                isOpen);
        head(text, "gateway_response_time_ms", "Mean time of an answer", "gauge");
        services(hours).forEach((service, sum) -> line(text, "gateway_response_time_ms", service, mean(sum)));
        head(text, "gateway_active_routes", "Routes that match", "gauge");
        text.append("gateway_active_routes ").append(rules.activeRoutes()).append('\n');
        head(text, "gateway_healthy_instances", "Instances that get requests", "gauge");
        text.append("gateway_healthy_instances ")
                .append(rules.healthyInstances())
                .append('\n');
        return isOpen ? text.append("# EOF\n").toString() : text.toString();
    }

    static List<GatewayMetrics.Period> series(List<Traffic.Hour> hours, ChronoUnit period) {
        var sums = new TreeMap<Instant, Traffic.Hour>();
        hours.forEach(hour -> sums.merge(hour.hour().truncatedTo(period), hour, Exposition::sum));
        return sums.entrySet().stream()
                .map(entry -> new GatewayMetrics.Period(
                        Wire.time(entry.getKey()),
                        entry.getValue().requests(),
                        entry.getValue().errors(),
                        mean(entry.getValue())))
                .toList();
    }

    private static void counter(
            StringBuilder text,
            String name,
            String help,
            List<Traffic.Total> totals,
            ToLongFunction<Traffic.Total> value,
            boolean isOpen) {
        // In OpenMetrics a counter's family is named without its ending.
        head(text, isOpen ? name.replace("_total", "") : name, help, "counter");
        totals.forEach(total -> line(text, name, total.service(), value.applyAsLong(total)));
    }

    private static Map<String, Traffic.Hour> services(List<Traffic.Hour> hours) {
        var sums = new TreeMap<String, Traffic.Hour>();
        hours.forEach(hour -> sums.merge(hour.service(), hour, Exposition::sum));
        return sums;
    }

    private static Traffic.Hour sum(Traffic.Hour one, Traffic.Hour other) {
        return new Traffic.Hour(
                one.hour(),
                one.service(),
                one.requests() + other.requests(),
                one.errors() + other.errors(),
                one.micros() + other.micros());
    }

    private static double mean(Traffic.Hour sum) {
        return sum.requests() == 0 ? 0 : Math.round((double) sum.micros() / sum.requests()) / 1000.0;
    }

    private static void head(StringBuilder text, String name, String help, String type) {
        text.append("# HELP ").append(name).append(' ').append(help).append('\n');
        text.append("# TYPE ").append(name).append(' ').append(type).append('\n');
    }

    private static void line(StringBuilder text, String name, String service, Number value) {
        text.append(name)
                .append("{service_name=\"")
                .append(service.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n"))
                .append("\"} ")
                .append(value instanceof Double number ? String.format(Locale.ROOT, "%.3f", number) : value.toString())
                .append('\n');
    }
}
