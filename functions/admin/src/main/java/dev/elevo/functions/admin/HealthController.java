package dev.elevo.functions.admin;

import dev.elevo.platform.deployment.Deployment;
import dev.elevo.platform.identity.PublicEndpoint;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;

@Controller("/health")
class HealthController {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss").withZone(ZoneOffset.UTC);
    private static final String CONNECTED = "connected";

    private final DatabaseProbe database;
    private final Deployment deployment;
    private final InstantSource clock;

    HealthController(DatabaseProbe database, Deployment deployment, InstantSource clock) {
        this.database = database;
        this.deployment = deployment;
        this.clock = clock;
    }

    @Get
    @PublicEndpoint
    HttpResponse<GatewayAnswer<Health>> checkHealth() {
        var found = database.check();
        var now = clock.instant();
        return found.problem()
                .map(problem -> HttpResponse.<GatewayAnswer<Health>>status(HttpStatus.SERVICE_UNAVAILABLE)
                        .body(new GatewayAnswer<>(
                                GatewayAnswer.INTERNAL_ERROR,
                                "unhealthy",
                                health("unhealthy", "error: " + problem, now, List.of("database: " + problem)))))
                .orElseGet(() -> HttpResponse.ok(new GatewayAnswer<>(
                        GatewayAnswer.SUCCESS, "success", health("healthy", CONNECTED, now, List.of()))));
    }

    /** What is kept between requests – buckets, keys, idempotency – lies in the same table, so the cache is as well as it is. */
    private Health health(String status, String store, Instant now, List<String> issues) {
        return new Health(
                status,
                "api-gateway",
                TIME.format(now),
                deployment.version(),
                store,
                store,
                0,
                issues.isEmpty() ? null : issues);
    }
}
