package dev.elevo.platform.streams;

import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import dev.elevo.platform.http.AllowedOrigins;
import dev.elevo.platform.http.PipelineOrder;
import io.micronaut.core.annotation.Order;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.annotation.Filter;
import io.micronaut.http.annotation.RequestFilter;
import io.micronaut.http.annotation.ServerFilter;

/** A browser lets every page open a WebSocket to anywhere: where pages may call from is for the server to check. */
@ServerFilter(Filter.MATCH_ALL_PATTERN)
final class OriginFilter {
    private final AllowedOrigins origins;

    OriginFilter(AllowedOrigins origins) {
        this.origins = origins;
    }

    @RequestFilter
    @Order(PipelineOrder.ORIGIN)
    void check(HttpRequest<?> request) {
        if (!Handshake.isOn(request)) {
            return;
        }
        var origin = request.getHeaders().get(HttpHeaders.ORIGIN);
        if (origin != null && !origins.allow(origin)) {
            throw new Failure.Refused(ErrorCode.FORBIDDEN, "Pages of this origin may not connect").asException();
        }
    }
}
