package dev.elevo.platform.audit;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.context.ServerRequestContext;
import java.util.Collection;
import java.util.Optional;

/** What a request is about, for the trail: what the caller named it by, until it is known what that is. */
public final class AuditedResource {
    private static final String ATTRIBUTE = "elevo.audited.resource";
    private static final String MADE = "elevo.audited.made";

    private AuditedResource() {}

    /** The request that is answered just now is about that; where none is, nothing happens. */
    public static void is(String id) {
        ServerRequestContext.currentRequest().ifPresent(request -> is(request, id));
    }

    /** The request that is answered just now has made these, where it is about more than one thing. */
    public static void made(Collection<String> ids) {
        if (!ids.isEmpty()) {
            ServerRequestContext.currentRequest()
                    .ifPresent(request -> request.setAttribute(MADE, String.join(",", ids)));
        }
    }

    static Optional<String> madeBy(HttpRequest<?> request) {
        return request.getAttribute(MADE, String.class);
    }

    static void is(HttpRequest<?> request, String nameOrId) {
        request.setAttribute(ATTRIBUTE, nameOrId);
    }

    static Optional<String> of(HttpRequest<?> request) {
        return request.getAttribute(ATTRIBUTE, String.class);
    }
}
