package dev.elevo.platform.http;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpRequestWrapper;

/** What the pipeline asks of a request beyond what every HTTP request tells. */
public interface RawRequest {

    static RawRequest of(HttpRequest<?> request) {
        var own = request;
        // To a controller the framework gives the request in a wrapping of its own.
        while (own instanceof HttpRequestWrapper<?> wrapped) {
            own = wrapped.getDelegate();
        }
        return (RawRequest) own;
    }

    /** The body as it came, before anything is read from it; empty when there is none. */
    byte[] rawBody();

    /** The client's address as the gateway saw it. */
    String remoteAddress();

    /** False when an escape in the query is broken. */
    boolean hasReadableQuery();
}
