package dev.elevo.platform.http;

import com.fasterxml.jackson.core.JsonFactory;
import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import io.micronaut.core.annotation.Order;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Filter;
import io.micronaut.http.annotation.RequestFilter;
import io.micronaut.http.annotation.ServerFilter;
import io.micronaut.web.router.UriRouteInfo;
import java.io.IOException;

/** What can be said of a request's readability before it is read: its query's escapes, its body's type and syntax. */
@ServerFilter(Filter.MATCH_ALL_PATTERN)
final class ContentTypeFilter {
    private static final JsonFactory JSON = new JsonFactory();

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
        if (type.get().equals(MediaType.APPLICATION_JSON_TYPE)) {
            checkSyntax(RawRequest.of(request).rawBody());
        }
    }

    /** The binder stops reading behind the first value: a second one, or garbage, would pass unseen. */
    private static void checkSyntax(byte[] body) {
        try (var parser = JSON.createParser(body)) {
            parser.nextToken();
            parser.skipChildren();
            if (parser.nextToken() != null) {
                throw unreadable("The body is more than one JSON value");
            }
        } catch (IOException e) {
            throw new Failure.Refused(ErrorCode.INVALID_REQUEST, "The body is not valid JSON").causedBy(e);
        }
    }

    private static RuntimeException unreadable(String message) {
        return new Failure.Refused(ErrorCode.INVALID_REQUEST, message).asException();
    }
}
