package dev.elevo.functions.admin;

import dev.elevo.platform.identity.AnyCredential;
import dev.elevo.platform.identity.NeedsScope;
import dev.elevo.platform.metrics.DynamoRequestCounter;
import dev.elevo.platform.openapi.Replies;
import dev.elevo.platform.paging.Query;
import dev.elevo.platform.sandbox.SandboxKey;
import dev.elevo.platform.sandbox.SandboxStore;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Produces;
import java.time.Duration;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.TreeMap;

/** How the deployment is, and what it was asked. */
@Controller("/api/v1/system")
class SystemController {
    private static final String PLAIN = "text/plain";
    private static final int USUAL_MINUTES = 60;

    private final SystemChecks checks;
    private final DynamoRequestCounter requests;
    private final SandboxStore sandboxes;
    private final InstantSource clock;

    SystemController(SystemChecks checks, DynamoRequestCounter requests, SandboxStore sandboxes, InstantSource clock) {
        this.checks = checks;
        this.requests = requests;
        this.sandboxes = sandboxes;
        this.clock = clock;
    }

    @Get("/status")
    @AnyCredential
    SystemStatus getSystemStatus() {
        return checks.run();
    }

    @Get("/metrics")
    @NeedsScope("system:read")
    @Replies(SystemMetrics.class)
    @Replies(value = String.class, media = "text/plain")
    @Produces({MediaType.APPLICATION_JSON, MediaType.TEXT_PLAIN})
    HttpResponse<?> getSystemMetrics(HttpRequest<?> request) {
        var most = (int) DynamoRequestCounter.REACH.toMinutes();
        var minutes = Query.read(request, query -> query.integer("minutes", USUAL_MINUTES, 1, most));
        var to = clock.instant();
        var from = to.minus(Duration.ofMinutes(minutes));
        var accept = request.getHeaders().get(HttpHeaders.ACCEPT);
        var asText = accept != null && accept.contains(PLAIN) && !accept.contains(MediaType.APPLICATION_JSON);
        // A scraper's counter must not fall but by a reset: it counts the day.
        var seen = requests.since(asText ? to.truncatedTo(ChronoUnit.DAYS) : from);
        return asText
                ? HttpResponse.ok(Exposition.of(seen, byState()))
                        .header(HttpHeaders.CONTENT_TYPE, PLAIN + "; version=0.0.4; charset=utf-8")
                : HttpResponse.ok(SystemMetrics.of(from, to, seen, byState()))
                        .contentType(MediaType.APPLICATION_JSON_TYPE);
    }

    /** By the counters of the organizations that have any. */
    private Map<String, Long> byState() {
        var states = new TreeMap<String, Long>();
        sandboxes.register().stream()
                .map(SandboxKey::organizationId)
                .distinct()
                .forEach(organization -> sandboxes
                        .census(organization)
                        .byState()
                        .forEach((state, count) -> states.merge(state.label(), count, Long::sum)));
        return states;
    }
}
