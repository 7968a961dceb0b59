package dev.elevo.functions.admin.gateway;

import dev.elevo.contract.ApiException;
import dev.elevo.platform.deployment.Deployment;
import dev.elevo.platform.identity.PublicEndpoint;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;

@Controller("/health")
class HealthController {
    private static final String CONNECTED = "connected";

    private final DatabaseProbe state;
    private final RulesProbe rules;
    private final RuleBook book;
    private final Deployment deployment;
    private final InstantSource clock;

    HealthController(DatabaseProbe state, RulesProbe rules, RuleBook book, Deployment deployment, InstantSource clock) {
        this.state = state;
        this.rules = rules;
        this.book = book;
        this.deployment = deployment;
        this.clock = clock;
    }

    @Get
    @PublicEndpoint
    HttpResponse<GatewayAnswer<Health>> checkHealth() {
        var found = state.check();
        if (found.problem().isPresent()) {
            // What is kept between requests – buckets, keys, idempotency – lies there too: the cache is as well as it
            // is.
            return unhealthy(
                    "error: " + found.problem().get(),
                    "error: " + found.problem().get());
        }
        return rules.isAway() ? unhealthy("error: the rules' database does not answer", CONNECTED) : known();
    }

    private HttpResponse<GatewayAnswer<Health>> known() {
        try {
            var routes = book.current().activeRoutes();
            return HttpResponse.ok(GatewayAnswer.of(health("healthy", CONNECTED, CONNECTED, routes, null)));
        } catch (ApiException | SdkException e) {
            // Only where there are routes and none of them was ever read.
            return unhealthy("error: the rules' database does not answer", CONNECTED);
        }
    }

    private HttpResponse<GatewayAnswer<Health>> unhealthy(String database, String cache) {
        var issues = List.of(database.replace("error: ", "database: "));
        return HttpResponse.<GatewayAnswer<Health>>status(HttpStatus.SERVICE_UNAVAILABLE)
                .body(new GatewayAnswer<>(
                        GatewayAnswer.INTERNAL_ERROR, "unhealthy", health("unhealthy", database, cache, 0, issues)));
    }

    private Health health(
            String status, String database, String cache, long activeRoutes, @Nullable List<String> issues) {
        return new Health(
                status,
                "api-gateway",
                Wire.time(clock.instant()),
                deployment.version(),
                database,
                cache,
                activeRoutes,
                issues);
    }
}
