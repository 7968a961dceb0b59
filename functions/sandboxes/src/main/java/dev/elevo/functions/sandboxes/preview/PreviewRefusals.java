package dev.elevo.functions.sandboxes.preview;

import dev.elevo.contract.Failure;
import dev.elevo.contract.Ids;
import dev.elevo.contract.preview.PreviewVisit;
import dev.elevo.platform.audit.AuditEvent;
import dev.elevo.platform.audit.Outcome;
import dev.elevo.platform.audit.Refusals;
import dev.elevo.platform.sandbox.SandboxKey;
import dev.elevo.platform.sandbox.SandboxStore;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;

/** Of visitors who are not let in it is recorded from where they came, in the trail of the organization whose sandbox they wanted to see. */
@Singleton
class PreviewRefusals {
    private static final Set<Integer> OF_CALLERS = Set.of(401, 403);

    private final Refusals refusals;
    private final SandboxStore store;
    private final InstantSource clock;

    PreviewRefusals(Refusals refusals, SandboxStore store, InstantSource clock) {
        this.refusals = refusals;
        this.store = store;
        this.clock = clock;
    }

    void record(PreviewVisit visit, Failure why) {
        if (!OF_CALLERS.contains(why.status())) {
            return;
        }
        var code = Integer.toString(why.code().number());
        refusals.record(
                String.join(" ", visit.address(), visit.sandboxId(), Integer.toString(visit.port()), code),
                new AuditEvent(
                        Ids.EVENT.random(),
                        store.locate(visit.sandboxId())
                                .map(SandboxKey::organizationId)
                                .orElse(AuditEvent.SYSTEM),
                        "preview.visit",
                        null,
                        null,
                        visit.sandboxId(),
                        "visit",
                        Outcome.DENIED,
                        clock.instant(),
                        Ids.REQUEST.random(),
                        "web",
                        visit.address(),
                        Map.of(
                                "port",
                                Integer.toString(visit.port()),
                                "status",
                                Integer.toString(why.status()),
                                "code",
                                code)));
    }
}
