package dev.elevo.platform.limits;

import dev.elevo.platform.http.Call;
import dev.elevo.platform.http.PipelineOrder;
import io.micronaut.core.annotation.Order;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.annotation.Filter;
import io.micronaut.http.annotation.RequestFilter;
import io.micronaut.http.annotation.ServerFilter;

/** Counts the request in its class's bucket of the caller; over the limit it is the answer (429). */
@ServerFilter(Filter.MATCH_ALL_PATTERN)
final class RateLimitFilter {
    private final CallerLimits limits;

    RateLimitFilter(CallerLimits limits) {
        this.limits = limits;
    }

    @RequestFilter
    @Order(PipelineOrder.RATE_LIMIT)
    void count(HttpRequest<?> request) {
        var call = Call.of(request);
        call.principal()
                .ifPresent(principal ->
                        call.endpoint().ifPresent(endpoint -> limits.take(call, principal, endpoint.rateClass())));
    }
}
