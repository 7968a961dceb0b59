package dev.elevo.platform.http;

import io.micronaut.core.annotation.Order;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.annotation.Filter;
import io.micronaut.http.annotation.RequestFilter;
import io.micronaut.http.annotation.ServerFilter;
import java.util.Map;

/** Refuses a body that is too large before anyone works on it. */
@ServerFilter(Filter.MATCH_ALL_PATTERN)
final class BodySizeFilter {
    private final int maxBodyBytes;

    BodySizeFilter(HttpConfiguration configuration) {
        this.maxBodyBytes = configuration.maxBodyBytes();
    }

    @RequestFilter
    @Order(PipelineOrder.BODY_SIZE)
    void check(HttpRequest<?> request) {
        int size = RawRequest.of(request).rawBody().length;
        if (size > maxBodyBytes) {
            throw TooLarge.body(
                            "The request body is larger than " + maxBodyBytes + " bytes",
                            request.getPath(),
                            Map.of("size", size, "limit", maxBodyBytes))
                    .asException();
        }
    }
}
