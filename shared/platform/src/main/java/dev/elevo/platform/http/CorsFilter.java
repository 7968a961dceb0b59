package dev.elevo.platform.http;

import io.micronaut.context.annotation.Replaces;
import io.micronaut.core.annotation.Order;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpMethod;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.Filter;
import io.micronaut.http.annotation.RequestFilter;
import io.micronaut.http.annotation.ResponseFilter;
import io.micronaut.http.annotation.ServerFilter;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Lets pages of the configured origins call. No cookies are taken, so any origin is safe where it is configured.
 *
 * <p>In place of the framework's filter, which answers 403 to a page of another origin that calls a local host.
 */
@ServerFilter(Filter.MATCH_ALL_PATTERN)
@Replaces(io.micronaut.http.server.cors.CorsFilter.class)
public final class CorsFilter {
    private static final String ANY = "*";
    private static final String METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE";
    private static final String ALLOWED = "Authorization, X-API-Key, Content-Type, X-Request-ID, X-Idempotency-Key,"
            + " X-Client-Type, X-Client-Version";
    private static final String EXPOSED = "X-Request-ID, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset,"
            + " Retry-After, Location, X-Idempotent-Replayed, WWW-Authenticate, X-Next-Cursor";
    private static final String ONE_DAY = "86400";

    private final Set<String> origins;

    CorsFilter(HttpConfiguration configuration) {
        this.origins = Set.copyOf(configuration.corsOrigins());
    }

    @RequestFilter
    @Order(PipelineOrder.CORS)
    @Nullable
    HttpResponse<?> answerPreflight(HttpRequest<?> request) {
        if (!isPreflight(request)) {
            return null;
        }
        var response = HttpResponse.noContent();
        allow(request, response);
        if (response.getHeaders().contains(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN)) {
            response.header(HttpHeaders.ACCESS_CONTROL_ALLOW_METHODS, METHODS);
            response.header(HttpHeaders.ACCESS_CONTROL_ALLOW_HEADERS, ALLOWED);
            response.header(HttpHeaders.ACCESS_CONTROL_MAX_AGE, ONE_DAY);
        }
        return response;
    }

    /** Whether a browser asks for a page if the page may ask. */
    public static boolean isPreflight(HttpRequest<?> request) {
        return request.getMethod() == HttpMethod.OPTIONS
                && request.getHeaders().get(HttpHeaders.ORIGIN) != null
                && request.getHeaders().get(HttpHeaders.ACCESS_CONTROL_REQUEST_METHOD) != null;
    }

    @ResponseFilter
    @Order(PipelineOrder.CORS)
    public void allow(HttpRequest<?> request, MutableHttpResponse<?> response) {
        var origin = request.getHeaders().get(HttpHeaders.ORIGIN);
        if (origin == null) {
            return;
        }
        var headers = response.getHeaders();
        if (origins.contains(ANY)) {
            headers.set(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN, ANY);
        } else {
            headers.set(HttpHeaders.VARY, HttpHeaders.ORIGIN);
            if (!origins.contains(origin)) {
                return;
            }
            headers.set(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        }
        headers.set(HttpHeaders.ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
    }
}
