package dev.elevo.functions.admin.gateway.forward;

import dev.elevo.platform.identity.Visitors;
import io.micronaut.context.annotation.Value;
import io.micronaut.http.HttpRequest;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;

/** What all exchanges share. */
@Singleton
record Exchanges(
        Visitors visitors,
        RouteLimiter limiter,
        Circuits circuits,
        AnswerCache cache,
        Balance balance,
        Upstream upstream,
        Duration longest,
        int mostBodyBytes) {

    @Inject
    Exchanges(
            Visitors visitors,
            RouteLimiter limiter,
            Circuits circuits,
            AnswerCache cache,
            Balance balance,
            Upstream upstream,
            // A gateway in front ends a request after 29 s, whatever the route says.
            @Value("${elevo.gateway.longest.ms:28000}") long longestMillis,
            @Value("${elevo.max-body-bytes:6291456}") int mostBodyBytes) {
        this(visitors, limiter, circuits, cache, balance, upstream, Duration.ofMillis(longestMillis), mostBodyBytes);
    }

    Exchange of(HttpRequest<?> request, Plans plans, Plan.Match match) {
        return new Exchange(this, request, plans, match);
    }
}
