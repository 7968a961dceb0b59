package dev.elevo.platform.http;

import io.micronaut.core.annotation.Order;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.annotation.Filter;
import io.micronaut.http.annotation.RequestFilter;
import io.micronaut.http.annotation.ServerFilter;
import io.micronaut.web.router.RouteAttributes;
import io.micronaut.web.router.Router;
import io.micronaut.web.router.UriRouteInfo;
import io.micronaut.web.router.UriRouteMatch;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Finds out which endpoint is called, for all later steps. */
@ServerFilter(Filter.MATCH_ALL_PATTERN)
final class EndpointFilter {
    private final Router router;
    private final Map<UriRouteInfo<?, ?>, Endpoint> endpoints = new ConcurrentHashMap<>();

    EndpointFilter(Router router) {
        this.router = router;
    }

    @RequestFilter
    @Order(PipelineOrder.ENDPOINT)
    void find(HttpRequest<?> request) {
        route(request).ifPresent(route -> Call.of(request).matched(route, endpointOf(route)));
    }

    private Endpoint endpointOf(UriRouteInfo<?, ?> route) {
        return endpoints.computeIfAbsent(
                route,
                r -> Endpoint.of(
                        r.getHttpMethod(),
                        r.getUriMatchTemplate().toPathString(),
                        r.getTargetMethod().getAnnotationMetadata()));
    }

    /**
     * The router finds no route for a body of the wrong type. But who may call is asked before what the body is, so the route
     * of the same path and method stands in; the body is refused at its own step.
     */
    private Optional<UriRouteInfo<?, ?>> route(HttpRequest<?> request) {
        if (RouteAttributes.getRouteInfo(request).orElse(null) instanceof UriRouteInfo<?, ?> matched) {
            return Optional.of(matched);
        }
        return router.findAny(request).stream()
                .<UriRouteInfo<?, ?>>map(UriRouteMatch::getRouteInfo)
                .filter(route -> route.getHttpMethodName().equals(request.getMethodName()))
                .findFirst();
    }
}
