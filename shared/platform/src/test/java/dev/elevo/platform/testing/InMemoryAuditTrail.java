package dev.elevo.platform.testing;

import dev.elevo.platform.audit.AuditEvent;
import dev.elevo.platform.audit.AuditTrail;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.core.exception.SdkClientException;

/** The audit trail as a list: of each event what was recorded last. */
public final class InMemoryAuditTrail implements AuditTrail {
    private final Map<String, AuditEvent> events = new LinkedHashMap<>();

    private boolean broken;

    @Override
    public synchronized void record(AuditEvent event) {
        if (broken) {
            throw SdkClientException.create("the table does not answer");
        }
        events.put(event.id(), event);
    }

    /** From now on it takes nothing, or again everything. */
    public synchronized void fail(boolean fails) {
        broken = fails;
    }

    public synchronized List<AuditEvent> events() {
        return List.copyOf(events.values());
    }
}
