package dev.elevo.functions.admin.gateway;

import dev.elevo.contract.ApiException;
import dev.elevo.platform.deployment.Deployment;
import dev.elevo.platform.identity.PublicEndpoint;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

@Controller("/health")
class HealthController {
    private static final String CONNECTED = "connected";

    private final DatabaseProbe database;
    private final RuleBook book;
    private final Deployment deployment;
    private final InstantSource clock;

    HealthController(DatabaseProbe database, RuleBook book, Deployment deployment, InstantSource clock) {
        this.book = book;
        this.database = database;
        this.deployment = deployment;
        this.clock = clock;
    }

    @Get
    @PublicEndpoint
    HttpResponse<GatewayAnswer<Health>> checkHealth() {
        var found = database.check();
        var now = clock.instant();
        if (found.problem().isEmpty()) {
            try {
                return HttpResponse.ok(GatewayAnswer.of(
                        health("healthy", CONNECTED, book.current().activeRoutes(), now, List.of())));
            } catch (ApiException e) {
                // Only where there are routes and none of them was ever read.
                return unhealthy("the database does not answer", now);
            }
        }
        return unhealthy(found.problem().get(), now);
    }

    private HttpResponse<GatewayAnswer<Health>> unhealthy(String problem, Instant now) {
        return HttpResponse.<GatewayAnswer<Health>>status(HttpStatus.SERVICE_UNAVAILABLE)
                .body(new GatewayAnswer<>(
                        GatewayAnswer.INTERNAL_ERROR,
                        "unhealthy",
                        health("unhealthy", "error: " + problem, 0, now, List.of("database: " + problem))));
    }

    /** What is kept between requests – buckets, keys, idempotency – lies in the same table, so the cache is as well as it is. */
    private Health health(String status, String store, long activeRoutes, Instant now, List<String> issues) {
        return new Health(
                status,
                "api-gateway",
                Wire.time(now),
                deployment.version(),
                store,
                store,
                activeRoutes,
                issues.isEmpty() ? null : issues);
    }
}
