package dev.elevo.platform.audit;

import dev.elevo.contract.ApiException;
import dev.elevo.contract.Ids;
import dev.elevo.platform.http.Call;
import dev.elevo.platform.http.Endpoint;
import dev.elevo.platform.http.PipelineOrder;
import dev.elevo.platform.idempotency.IdempotencyFilter;
import dev.elevo.platform.identity.Principal;
import io.micronaut.core.annotation.Order;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Filter;
import io.micronaut.http.annotation.ResponseFilter;
import io.micronaut.http.annotation.ServerFilter;
import io.micronaut.web.router.RouteAttributes;
import java.time.InstantSource;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * Every change, whatever became of it, and every refused caller leaves a record before the answer leaves. It stands before
 * authentication, so that refusals pass it too.
 */
@ServerFilter(Filter.MATCH_ALL_PATTERN)
final class AuditFilter {
    private static final Logger LOG = LoggerFactory.getLogger(AuditFilter.class);
    private static final int TOO_MANY_REQUESTS = 429;

    private final AuditTrail trail;
    private final InstantSource clock;

    AuditFilter(AuditTrail trail, InstantSource clock) {
        this.trail = trail;
        this.clock = clock;
    }

    @ResponseFilter
    @Order(PipelineOrder.AUDIT)
    void record(HttpRequest<?> request, HttpResponse<?> response) {
        var call = Call.of(request);
        call.endpoint()
                .filter(endpoint -> leavesRecord(endpoint, response))
                .ifPresent(endpoint -> record(event(request, response, call, endpoint)));
    }

    private static boolean leavesRecord(Endpoint endpoint, HttpResponse<?> response) {
        var status = response.code();
        if (status == TOO_MANY_REQUESTS || response.getHeaders().contains(IdempotencyFilter.REPLAYED)) {
            return false; // nothing was done, or it was recorded when it was done
        }
        return endpoint.auditAction() != null || endpoint.isMutation() || Outcome.ofStatus(status) == Outcome.DENIED;
    }

    private AuditEvent event(HttpRequest<?> request, HttpResponse<?> response, Call call, Endpoint endpoint) {
        var named = endpoint.auditAction();
        var type = named == null ? "request" : named;
        return new AuditEvent(
                Ids.EVENT.random(),
                call.principal().map(Principal::organizationId).orElse(AuditEvent.SYSTEM),
                type,
                call.principal().map(Principal::userId).orElse(null),
                call.principal().map(Principal::keyId).orElse(null),
                resource(request, response),
                named == null ? endpoint.method() + " " + endpoint.template() : type.substring(type.indexOf('.') + 1),
                Outcome.ofStatus(response.code()),
                clock.instant(),
                call.requestId(),
                call.clientType(),
                call.remoteAddress(),
                Map.of("path", request.getPath(), "status", Integer.toString(response.code())));
    }

    private static String resource(HttpRequest<?> request, HttpResponse<?> response) {
        var created = response.getHeaders().get(HttpHeaders.LOCATION);
        return RouteAttributes.getRouteMatch(request)
                .map(match -> match.getVariableValues().get("id"))
                .map(Object::toString)
                .orElseGet(() -> created == null ? request.getPath() : created.substring(created.lastIndexOf('/') + 1));
    }

    /** What was done cannot be undone by refusing the answer; the record goes to the log instead, whole, to be added by hand. */
    private void record(AuditEvent event) {
        try {
            trail.record(event);
        } catch (SdkException | ApiException e) {
            LOG.error("audit record not stored: {}", event, e);
        }
    }
}
