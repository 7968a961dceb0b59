package dev.elevo.functions.sandboxes;

import dev.elevo.contract.Ids;
import dev.elevo.contract.InstantSerde;
import dev.elevo.contract.agent.RefusalAgent;
import dev.elevo.contract.agent.RefusedCalls;
import dev.elevo.platform.audit.AuditEvent;
import dev.elevo.platform.audit.AuditTrail;
import dev.elevo.platform.audit.Outcome;
import dev.elevo.platform.sandbox.SandboxKey;
import dev.elevo.platform.sandbox.SandboxStore;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * Brings into the trail what hosts have refused: who came to one past the control plane, and with what. A host forgets it when it is
 * recorded; recorded twice it is the same record.
 */
@Singleton
class HostRefusals {
    private static final String NOBODY_KNOWS = "unknown";

    private final RefusalAgent host;
    private final SandboxStore store;
    private final AuditTrail trail;

    HostRefusals(RefusalAgent host, SandboxStore store, AuditTrail trail) {
        this.host = host;
        this.store = store;
        this.trail = trail;
    }

    void record() {
        var refused = host.refused();
        if (!refused.isEmpty()) {
            refused.forEach(calls -> trail.record(event(calls)));
            host.forget(refused.stream().map(RefusedCalls::id).toList());
        }
    }

    private AuditEvent event(RefusedCalls calls) {
        var seed = calls.id().getBytes(StandardCharsets.UTF_8);
        return new AuditEvent(
                Ids.EVENT.derivedFrom(seed),
                store.locate(calls.sandboxId()).map(SandboxKey::organizationId).orElse(AuditEvent.SYSTEM),
                "capability.use",
                null,
                null,
                calls.sandboxId(),
                "use",
                Outcome.DENIED,
                calls.first(),
                Ids.REQUEST.derivedFrom(seed),
                "other",
                NOBODY_KNOWS,
                Map.of(
                        "operation",
                        calls.operation(),
                        "code",
                        Integer.toString(calls.code()),
                        "count",
                        Long.toString(calls.count()),
                        "last",
                        InstantSerde.format(calls.last())));
    }
}
