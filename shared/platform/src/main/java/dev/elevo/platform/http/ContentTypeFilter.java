package dev.elevo.platform.http;

import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import io.micronaut.core.annotation.Order;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.annotation.Filter;
import io.micronaut.http.annotation.RequestFilter;
import io.micronaut.http.annotation.ServerFilter;
import io.micronaut.web.router.UriRouteInfo;

/** What can be said of a request's readability before it is read: its query's escapes and its body's type. */
@ServerFilter(Filter.MATCH_ALL_PATTERN)
final class ContentTypeFilter {

    @RequestFilter
    @Order(PipelineOrder.CONTENT_TYPE)
    void check(HttpRequest<?> request) {
        var raw = RawRequest.of(request);
        if (!raw.hasReadableQuery()) {
            throw unreadable("The query has a broken percent escape");
        }
        if (request.getMethod().permitsRequestBody() && raw.rawBody().length > 0) {
            Call.of(request).route().ifPresent(route -> checkType(request, route));
        }
    }

    private static void checkType(HttpRequest<?> request, UriRouteInfo<?, ?> route) {
        if (!request.getHeaders().contains(HttpHeaders.CONTENT_TYPE)) {
            throw unreadable("A request with a body needs a Content-Type");
        }
        // A controller method that takes no body ignores one, but its type must be one we know.
        var type = request.getContentType();
        if (type.isEmpty() || !route.doesConsume(type.get())) {
            throw unreadable("The body's Content-Type is not taken here");
        }
    }

    private static RuntimeException unreadable(String message) {
        return new Failure.Refused(ErrorCode.INVALID_REQUEST, message).asException();
    }
}
