package dev.elevo.platform.http;

import dev.elevo.platform.identity.Principal;
import dev.elevo.platform.limits.Decision;
import io.micronaut.http.HttpRequest;
import io.micronaut.web.router.UriRouteInfo;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the pipeline learns about one request on its way; filters write it and read it, in {@link PipelineOrder}. */
public final class Call {
    private static final String ATTRIBUTE = "dev.elevo.call";

    private final String requestId;
    private final String clientType;
    private final String remoteAddress;
    private final long startedNanos = System.nanoTime();
    private @Nullable Endpoint endpoint;
    private @Nullable UriRouteInfo<?, ?> route;
    private @Nullable Principal principal;
    private @Nullable Principal suspect;
    private @Nullable Decision limit;

    Call(String requestId, String clientType, String remoteAddress) {
        this.requestId = requestId;
        this.clientType = clientType;
        this.remoteAddress = remoteAddress;
    }

    /** Every request has one from the first filter on. */
    public static Call of(HttpRequest<?> request) {
        return find(request).orElseThrow(() -> new IllegalStateException("not in the pipeline: " + request.getPath()));
    }

    static Optional<Call> find(HttpRequest<?> request) {
        return request.getAttribute(ATTRIBUTE, Call.class);
    }

    void enter(HttpRequest<?> request) {
        request.setAttribute(ATTRIBUTE, this);
    }

    public String requestId() {
        return requestId;
    }

    /** {@code web}, {@code electron}, {@code flutter}, {@code sdk}, {@code cli} or {@code other}. */
    public String clientType() {
        return clientType;
    }

    public String remoteAddress() {
        return remoteAddress;
    }

    /** Absent for a path or method nobody serves. */
    public Optional<Endpoint> endpoint() {
        return Optional.ofNullable(endpoint);
    }

    void matched(UriRouteInfo<?, ?> matchedRoute, Endpoint matchedEndpoint) {
        this.route = matchedRoute;
        this.endpoint = matchedEndpoint;
    }

    /** The controller method's route; the request's own attribute names the error's route once something has failed. */
    Optional<UriRouteInfo<?, ?>> route() {
        return Optional.ofNullable(route);
    }

    /** Absent before authentication and for public endpoints. */
    public Optional<Principal> principal() {
        return Optional.ofNullable(principal);
    }

    public void authenticated(Principal caller) {
        this.principal = caller;
    }

    /** Whose credential it is that opens nothing any more. He was not let in: this is for the trail alone. */
    public void suspected(Principal owner) {
        this.suspect = owner;
    }

    /** Who is named in the trail: the caller, or the owner of the credential that was refused. */
    public Optional<Principal> named() {
        return principal().or(() -> Optional.ofNullable(suspect));
    }

    /** The decision on this request's bucket; becomes the {@code X-RateLimit-*} headers of whatever is answered. */
    public Optional<Decision> limit() {
        return Optional.ofNullable(limit);
    }

    public void limited(Decision decision) {
        this.limit = decision;
    }

    long elapsedNanos() {
        return System.nanoTime() - startedNanos;
    }
}
