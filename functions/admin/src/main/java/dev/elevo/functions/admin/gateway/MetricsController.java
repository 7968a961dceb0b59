package dev.elevo.functions.admin.gateway;

import dev.elevo.platform.identity.PublicEndpoint;
import dev.elevo.platform.openapi.Replies;
import dev.elevo.platform.paging.Query;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What was forwarded, for people and for scrapers. */
@Controller("/metrics")
class MetricsController {
    private static final int USUAL_HOURS = 24;
    private static final int MOST_HOURS = 168;
    private static final List<String> PERIODS = List.of("hour", "day");
    private static final String PLAIN = "text/plain";
    private static final String OPEN_METRICS = "application/openmetrics-text";

    private final KnownTraffic traffic;
    private final RuleBook book;
    private final InstantSource clock;

    MetricsController(KnownTraffic traffic, RuleBook book, InstantSource clock) {
        this.traffic = traffic;
        this.book = book;
        this.clock = clock;
    }

    private record Wanted(
            int hours,
            @Nullable String serviceName,
            @Nullable String groupBy) {
        static Wanted of(Query query) {
            return new Wanted(
                    query.integer("hours", USUAL_HOURS, 1, MOST_HOURS),
                    query.text("service_name"),
                    query.oneOf("group_by", PERIODS));
        }
    }

    @Get
    @PublicEndpoint
    @Replies(value = GatewayMetrics.class, envelope = GatewayAnswer.class)
    @Replies(value = String.class, media = PLAIN)
    @Replies(value = String.class, media = OPEN_METRICS)
    HttpResponse<?> getMetrics(HttpRequest<?> request) {
        var wanted = Query.read(request, Wanted::of);
        var serviceName = wanted.serviceName();
        var groupBy = wanted.groupBy();
        var first = clock.instant().truncatedTo(ChronoUnit.HOURS).minus(wanted.hours() - 1L, ChronoUnit.HOURS);
        var known = traffic.all();
        var seen = known.hours().stream()
                .filter(hour -> !hour.hour().isBefore(first))
                .filter(hour -> serviceName == null || hour.service().equals(serviceName))
                .toList();
        var accept = String.valueOf(request.getHeaders().get(HttpHeaders.ACCEPT));
        var isOpen = accept.contains(OPEN_METRICS);
        if (isOpen || accept.contains(PLAIN)) {
            var totals = known.totals().stream()
                    .filter(total -> serviceName == null || total.service().equals(serviceName))
                    .toList();
            return HttpResponse.ok(Exposition.write(totals, seen, book.current(), isOpen))
                    .header(
                            HttpHeaders.CONTENT_TYPE,
                            isOpen ? OPEN_METRICS + "; version=1.0.0; charset=utf-8" : PLAIN + "; version=0.0.4");
        }
        var series = groupBy == null
                ? null
                : Exposition.series(seen, groupBy.equals("day") ? ChronoUnit.DAYS : ChronoUnit.HOURS);
        return HttpResponse.ok(GatewayAnswer.of(new GatewayMetrics(Exposition.write(seen, book.current()), series)));
    }
}
