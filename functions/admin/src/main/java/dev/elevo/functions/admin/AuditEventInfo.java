package dev.elevo.functions.admin;

import dev.elevo.platform.audit.AuditEvent;
import io.micronaut.serde.annotation.Serdeable;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A line of the trail as clients see it. */
@Serdeable
record AuditEventInfo(
        String id,
        String type,
        @Nullable String userId,
        @Nullable String keyId,
        String resource,
        String action,
        String outcome,
        Instant timestamp,
        String requestId,
        String clientType,
        String remoteAddr,
        Map<String, String> metadata) {

    static AuditEventInfo of(AuditEvent event) {
        return new AuditEventInfo(
                event.id(),
                event.type(),
                event.userId(),
                event.keyId(),
                event.resource(),
                event.action(),
                event.outcome().label(),
                event.timestamp(),
                event.requestId(),
                event.clientType(),
                event.remoteAddr(),
                event.metadata());
    }
}
