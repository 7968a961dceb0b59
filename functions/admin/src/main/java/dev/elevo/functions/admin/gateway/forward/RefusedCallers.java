package dev.elevo.functions.admin.gateway.forward;

import dev.elevo.contract.ApiException;
import dev.elevo.contract.Ids;
import dev.elevo.platform.audit.AuditEvent;
import dev.elevo.platform.audit.AuditTrail;
import dev.elevo.platform.audit.Outcome;
import dev.elevo.platform.http.Call;
import dev.elevo.platform.identity.Principal;
import io.micronaut.http.HttpRequest;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkException;

/** Who was turned away from a route is in the trail, as he would be at an endpoint. */
@Singleton
final class RefusedCallers {
    private static final Logger LOG = LoggerFactory.getLogger(RefusedCallers.class);

    private final AuditTrail trail;
    private final InstantSource clock;

    RefusedCallers(AuditTrail trail, InstantSource clock) {
        this.trail = trail;
        this.clock = clock;
    }

    void record(HttpRequest<?> request, Plan plan, int status) {
        if (status != 401 && status != 403) {
            return;
        }
        var call = Call.of(request);
        var event = new AuditEvent(
                Ids.EVENT.random(),
                call.named().map(Principal::organizationId).orElse(AuditEvent.SYSTEM),
                "gateway.forward",
                call.named().map(Principal::userId).orElse(null),
                call.named().map(Principal::keyId).orElse(null),
                plan.route().id().toString(),
                "forward",
                Outcome.DENIED,
                clock.instant(),
                call.requestId(),
                call.clientType(),
                call.remoteAddress(),
                Map.of("path", request.getPath(), "status", Integer.toString(status)));
        try {
            trail.record(event);
        } catch (SdkException | ApiException e) {
            LOG.error("audit record not stored: {}", event, e);
        }
    }
}
