package dev.elevo.platform.testing;

import dev.elevo.platform.audit.AuditEvent;
import dev.elevo.platform.audit.AuditTrail;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** The audit trail as a list. */
public final class InMemoryAuditTrail implements AuditTrail {
    private final List<AuditEvent> events = new CopyOnWriteArrayList<>();

    @Override
    public void record(AuditEvent event) {
        events.add(event);
    }

    public List<AuditEvent> events() {
        return List.copyOf(events);
    }
}
