package dev.elevo.platform.http;

import com.fasterxml.jackson.core.JsonFactory;
import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Excerpt;
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
import java.util.Objects;

/** What can be said of a request's readability before it is read: its query's escapes, its body's type and syntax. */
@ServerFilter(Filter.MATCH_ALL_PATTERN)
final class ContentTypeFilter {
    private static final JsonFactory JSON = new JsonFactory();
    private static final String SEND_JSON = "send JSON with the header Content-Type: application/json";

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
            throw unreadable("The body has no Content-Type; " + SEND_JSON);
        }
        // A controller method that takes no body ignores one, but its type must be one we know.
        var type = request.getContentType();
        if (type.isEmpty() || !route.doesConsume(type.get())) {
            throw unreadable(notTaken(request));
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

    /** Also where the router finds it out. */
    static String notTaken(HttpRequest<?> request) {
        var type = Objects.requireNonNullElse(request.getHeaders().get(HttpHeaders.CONTENT_TYPE), "");
        return "The Content-Type " + Excerpt.of(type) + " is not taken here; " + SEND_JSON;
    }

    private static RuntimeException unreadable(String message) {
        return new Failure.Refused(ErrorCode.INVALID_REQUEST, message).asException();
    }
}
