package dev.elevo.platform.testing;

import dev.elevo.platform.audit.AuditEvent;
import dev.elevo.platform.audit.AuditTrail;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The audit trail as a list: of each event what was recorded last. */
public final class InMemoryAuditTrail implements AuditTrail {
    private final Map<String, AuditEvent> events = new LinkedHashMap<>();

    @Override
    public synchronized void record(AuditEvent event) {
        events.put(event.id(), event);
    }

    public synchronized List<AuditEvent> events() {
        return List.copyOf(events.values());
    }
}
