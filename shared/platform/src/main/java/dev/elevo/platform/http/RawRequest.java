package dev.elevo.platform.http;

import io.micronaut.http.HttpRequest;

/** What the pipeline asks of a request beyond what every HTTP request tells. */
public interface RawRequest {

    static RawRequest of(HttpRequest<?> request) {
        return (RawRequest) request;
    }

    /** The body as it came, before anything is read from it; empty when there is none. */
    byte[] rawBody();

    /** The client's address as the gateway saw it. */
    String remoteAddress();

    /** False when an escape in the query is broken. */
    boolean hasReadableQuery();
}
