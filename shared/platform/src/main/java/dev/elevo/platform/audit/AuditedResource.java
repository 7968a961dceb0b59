package dev.elevo.platform.audit;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.context.ServerRequestContext;
import java.util.Optional;

/** What a request is about, for the trail: what the caller named it by, until it is known what that is. */
public final class AuditedResource {
    private static final String ATTRIBUTE = "elevo.audited.resource";

    private AuditedResource() {}

    /** The request that is answered just now is about that; where none is, nothing happens. */
    public static void is(String id) {
        ServerRequestContext.currentRequest().ifPresent(request -> is(request, id));
    }

    static void is(HttpRequest<?> request, String nameOrId) {
        request.setAttribute(ATTRIBUTE, nameOrId);
    }

    static Optional<String> of(HttpRequest<?> request) {
        return request.getAttribute(ATTRIBUTE, String.class);
    }
}
