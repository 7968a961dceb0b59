package dev.elevo.platform.audit;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One line of the trail: who did what to what, from where, and how it ended.
 *
 * @param organizationId whose trail it belongs to; {@link #SYSTEM} when the credential named nobody
 * @param resource the sandbox id for anything inside a sandbox
 */
public record AuditEvent(
        String id,
        String organizationId,
        String type,
        @Nullable String userId,
        @Nullable String keyId,
        String resource,
        String action,
        Outcome outcome,
        Instant timestamp,
        String requestId,
        String clientType,
        String remoteAddr,
        Map<String, String> metadata) {
    public static final String SYSTEM = "system";

    public AuditEvent {
        metadata = Map.copyOf(metadata);
    }
}
