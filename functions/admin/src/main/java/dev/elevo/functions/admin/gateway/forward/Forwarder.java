package dev.elevo.functions.admin.gateway.forward;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import dev.elevo.contract.ApiException;
import dev.elevo.contract.Failure;
import dev.elevo.functions.admin.gateway.BuiltInPaths;
import dev.elevo.functions.admin.gateway.RuleBook;
import dev.elevo.functions.admin.gateway.Traffic;
import dev.elevo.platform.http.CorsFilter;
import dev.elevo.platform.lambda.Passage;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.MediaType;
import io.micronaut.json.JsonMapper;
import io.micronaut.servlet.http.ServletHttpResponse;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkException;

/** Takes the requests that no endpoint of ours serves and a route does. */
@Singleton
final class Forwarder implements Passage {
    private static final Logger LOG = LoggerFactory.getLogger(Forwarder.class);

    private static final String ALLOW_ORIGIN = HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN;

    private static final Failure.Unavailable AWAY =
            new Failure.Unavailable("The state table does not answer", Duration.ofSeconds(1));

    private final BuiltInPaths builtIn;
    private final RuleBook book;
    private final Exchanges exchanges;
    private final HealthChecks checks;
    private final RefusedCallers refused;
    private final Traffic traffic;
    private final CorsFilter cors;
    private final JsonMapper json;
    private volatile @Nullable Plans plans;

    Forwarder(
            BuiltInPaths builtIn,
            RuleBook book,
            Exchanges exchanges,
            HealthChecks checks,
            RefusedCallers refused,
            Traffic traffic,
            CorsFilter cors,
            JsonMapper json) {
        this.builtIn = builtIn;
        this.book = book;
        this.exchanges = exchanges;
        this.checks = checks;
        this.refused = refused;
        this.traffic = traffic;
        this.cors = cors;
        this.json = json;
    }

    @Override
    public boolean take(APIGatewayV2HTTPEvent event, HttpRequest<?> request, ServletHttpResponse<?, ?> response) {
        var path = event.getRawPath() == null ? "/" : event.getRawPath();
        if (builtIn.serves(path) || isOfWebSocket(request) || CorsFilter.isPreflight(request)) {
            return false;
        }
        var current = current();
        checks.runDue(current.rules());
        var match = current.find(request.getMethodName(), path);
        if (match == null) {
            return false; // the pipeline has the words for it
        }
        var start = System.nanoTime();
        forward(request, response, current, match);
        traffic.count(match.plan().settings().serviceName(), response.code() >= 500, System.nanoTime() - start);
        return true;
    }

    /** Other upgrades are offers that may be left alone: some clients make one with every request. */
    private static boolean isOfWebSocket(HttpRequest<?> request) {
        return request.getHeaders().getAll("upgrade").stream()
                .anyMatch(offered -> offered.toLowerCase(Locale.ROOT).contains("websocket"));
    }

    private void forward(HttpRequest<?> request, ServletHttpResponse<?, ?> response, Plans current, Plan.Match match) {
        try {
            switch (exchanges.of(request, current, match).run()) {
                case Exchange.End.Passed(var answer, var isHit) -> write(request, response, answer, isHit);
                case Exchange.End.Refused(var refusal) -> {
                    refused.record(request, match.plan(), refusal.status());
                    write(request, response, refusal);
                }
            }
        } catch (ApiException failed) {
            var refusal = Refusal.of(failed.failure());
            refused.record(request, match.plan(), refusal.status());
            write(request, response, refusal);
        } catch (SdkException e) {
            LOG.error("{} {} cannot be forwarded", request.getMethodName(), request.getPath(), e);
            write(request, response, Refusal.of(AWAY));
        }
    }

    @SuppressWarnings("ReferenceEquality") // to compare all of them would cost more than to make the plans anew
    private Plans current() {
        try {
            var rules = book.current();
            var known = plans;
            if (known == null || known.rules() != rules) {
                known = new Plans(rules);
                plans = known;
            }
            return known;
        } catch (SdkException e) {
            throw AWAY.causedBy(e);
        }
    }

    private void write(
            HttpRequest<?> request,
            ServletHttpResponse<?, ?> response,
            UpstreamAnswer answer,
            @Nullable Boolean isHit) {
        response.status(answer.status(), null);
        if (answer.all(ALLOW_ORIGIN).isEmpty()) {
            cors.allow(request, response); // an upstream that says itself who may read it is passed unchanged
        }
        for (var header : RequestHeaders.comingBack(answer)) {
            response.getHeaders().add(header.name(), header.value());
        }
        if (isHit != null) {
            response.getHeaders().set("X-Cache", isHit ? "HIT" : "MISS");
        }
        write(response, answer.body());
    }

    private void write(HttpRequest<?> request, ServletHttpResponse<?, ?> response, Refusal refusal) {
        response.status(refusal.status(), null);
        cors.allow(request, response);
        response.contentType(MediaType.APPLICATION_JSON_TYPE);
        refusal.headers().forEach((name, value) -> response.getHeaders().set(name, value));
        try {
            write(response, json.writeValueAsBytes(refusal.body()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void write(ServletHttpResponse<?, ?> response, byte[] body) {
        try {
            response.getOutputStream().write(body);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
