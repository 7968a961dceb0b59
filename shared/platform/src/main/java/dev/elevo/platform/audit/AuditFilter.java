package dev.elevo.platform.audit;

import dev.elevo.contract.ApiException;
import dev.elevo.contract.Ids;
import dev.elevo.platform.http.Call;
import dev.elevo.platform.http.Endpoint;
import dev.elevo.platform.http.PipelineOrder;
import dev.elevo.platform.idempotency.IdempotencyFilter;
import dev.elevo.platform.identity.Principal;
import dev.elevo.platform.limits.CallerLimits;
import io.micronaut.core.annotation.Order;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Filter;
import io.micronaut.http.annotation.RequestFilter;
import io.micronaut.http.annotation.ResponseFilter;
import io.micronaut.http.annotation.ServerFilter;
import io.micronaut.web.router.RouteAttributes;
import io.micronaut.web.router.RouteMatch;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * Every change, whatever became of it, and every refused caller leaves a record before the answer leaves. It stands before
 * authentication, so that refusals pass it too. And a change is recorded before it is made, as one whose end is not known: what dies
 * over it stays in the trail so.
 */
@ServerFilter(Filter.MATCH_ALL_PATTERN)
final class AuditFilter {
    private static final Logger LOG = LoggerFactory.getLogger(AuditFilter.class);
    private static final String BEGINNING = "dev.elevo.audit.beginning";
    private static final String SANDBOXES = "/api/v1/sandboxes/";
    /** What a path names last is what it is about. */
    private static final List<String> NAMES = List.of("keyId", "userId", "id");

    private static final int CREATED = 201;
    private static final int FORBIDDEN = 403;
    private static final int TOO_MANY_REQUESTS = 429;

    private final AuditTrail trail;
    private final Refusals refusals;
    private final CallerLimits limits;
    private final InstantSource clock;

    AuditFilter(AuditTrail trail, Refusals refusals, CallerLimits limits, InstantSource clock) {
        this.trail = trail;
        this.refusals = refusals;
        this.limits = limits;
        this.clock = clock;
    }

    /** What cannot be recorded is not done. */
    @RequestFilter
    @Order(PipelineOrder.AUDIT_AHEAD)
    void announce(HttpRequest<?> request) {
        // Kept, since a request that fails is another route's by the end.
        named(request).ifPresent(name -> AuditedResource.is(request, name));
        var call = Call.of(request);
        call.endpoint().filter(Endpoint::announced).ifPresent(endpoint -> {
            var beginning = new Beginning(Ids.EVENT.random(), clock.instant());
            trail.record(event(
                    beginning, Outcome.PENDING, resource(request), Map.of("path", request.getPath()), call, endpoint));
            request.setAttribute(BEGINNING, beginning);
        });
    }

    /** By which the end takes its place. */
    private record Beginning(String id, Instant timestamp) {}

    @ResponseFilter
    @Order(PipelineOrder.AUDIT)
    void record(HttpRequest<?> request, HttpResponse<?> response) {
        var call = Call.of(request);
        call.endpoint()
                .filter(endpoint -> request.getAttribute(BEGINNING).isPresent() || leavesRecord(endpoint, response))
                .ifPresent(endpoint -> {
                    var event = event(request, response, call, endpoint);
                    if (isUncounted(call, response)) {
                        recordWithinLimit(event, call, endpoint);
                    } else {
                        record(event);
                    }
                });
    }

    /** Refused (403) before anything was counted: by a scope, as one who is disabled, by his origin. */
    private static boolean isUncounted(Call call, HttpResponse<?> response) {
        return response.code() == FORBIDDEN && call.limit().isEmpty();
    }

    /** Nobody fills the trail faster than his limit by what he may not do. */
    private void recordWithinLimit(AuditEvent event, Call call, Endpoint endpoint) {
        var caller = call.principal();
        if (caller.isEmpty()) {
            refusals.record(call.remoteAddress() + " " + endpoint.method() + " " + endpoint.template(), event);
            return;
        }
        try {
            if (limits.count(call, caller.get(), endpoint.rateClass())) {
                trail.record(event);
            }
        } catch (SdkException | ApiException e) {
            LOG.error("audit record not stored: {}", event, e);
        }
    }

    /** Of what was not announced; what has a beginning in the trail gets its end, whatever that is. */
    private static boolean leavesRecord(Endpoint endpoint, HttpResponse<?> response) {
        var status = response.code();
        if (status == TOO_MANY_REQUESTS || response.getHeaders().contains(IdempotencyFilter.REPLAYED)) {
            return false; // nothing was done, or it was recorded when it was done
        }
        return endpoint.auditAction() != null || endpoint.isMutation() || Outcome.ofStatus(status) == Outcome.DENIED;
    }

    private AuditEvent event(HttpRequest<?> request, HttpResponse<?> response, Call call, Endpoint endpoint) {
        var beginning = request.getAttribute(BEGINNING, Beginning.class)
                .orElseGet(() -> new Beginning(Ids.EVENT.random(), clock.instant()));
        var metadata = new HashMap<>(Map.of("path", request.getPath(), "status", Integer.toString(response.code())));
        AuditedResource.madeBy(request).ifPresent(ids -> metadata.put("made", ids));
        return event(
                beginning, Outcome.ofStatus(response.code()), resource(request, response), metadata, call, endpoint);
    }

    private static AuditEvent event(
            Beginning beginning,
            Outcome outcome,
            String resource,
            Map<String, String> metadata,
            Call call,
            Endpoint endpoint) {
        var named = endpoint.auditAction();
        var type = named == null ? "request" : named;
        return new AuditEvent(
                beginning.id(),
                call.named().map(Principal::organizationId).orElse(AuditEvent.SYSTEM),
                type,
                call.named().map(Principal::userId).orElse(null),
                call.named().map(Principal::keyId).orElse(null),
                resource,
                named == null ? endpoint.method() + " " + endpoint.template() : type.substring(type.indexOf('.') + 1),
                outcome,
                beginning.timestamp(),
                call.requestId(),
                call.clientType(),
                call.remoteAddress(),
                metadata);
    }

    /** Before anything was made by it. */
    private static String resource(HttpRequest<?> request) {
        return AuditedResource.of(request).orElseGet(request::getPath);
    }

    private static String resource(HttpRequest<?> request, HttpResponse<?> response) {
        var created = response.getHeaders().get(HttpHeaders.LOCATION);
        return created != null
                        && response.code() == CREATED
                        && !request.getPath().startsWith(SANDBOXES)
                ? created.substring(created.lastIndexOf('/') + 1)
                : resource(request);
    }

    private static Optional<String> named(HttpRequest<?> request) {
        return RouteAttributes.getRouteMatch(request)
                .map(RouteMatch::getVariableValues)
                .flatMap(variables -> NAMES.stream()
                        .filter(variables::containsKey)
                        .findFirst()
                        .map(variables::get))
                .map(Object::toString);
    }

    /** What was done cannot be undone by refusing the answer. Its beginning is in the trail; the end goes to the log, whole, to be added by hand. */
    private void record(AuditEvent event) {
        try {
            trail.record(event);
        } catch (SdkException | ApiException e) {
            LOG.error("audit record not stored: {}", event, e);
        }
    }
}
