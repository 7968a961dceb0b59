package dev.elevo.functions.sandboxes;

import dev.elevo.contract.ApiException;
import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.agent.MetricsQuery;
import dev.elevo.contract.sandbox.SandboxMetrics;
import dev.elevo.platform.engine.Engine;
import dev.elevo.platform.sandbox.Sandbox;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;

/** What sandboxes use and used, as their engine says. */
@Singleton
class Metrics {
    /** As long as samples are kept, and so far apart that few are sent for the newest of them. */
    private static final Duration KEPT = Duration.ofHours(24);

    private static final int HOUR_SECONDS = 3600;

    private final Engine engine;
    private final InstantSource clock;

    Metrics(Engine engine, InstantSource clock) {
        this.engine = engine;
        this.clock = clock;
    }

    /** Empty also for one that its engine does not have, or not yet. */
    List<SandboxMetrics> of(Sandbox sandbox, MetricsSpan span) {
        try {
            var query = span.query();
            return query == null ? newest(sandbox.id()) : engine.sandboxes().metrics(sandbox.id(), query);
        } catch (ApiException e) {
            if (e.failure().code() == ErrorCode.SANDBOX_NOT_FOUND) {
                return List.of();
            }
            throw e;
        }
    }

    private List<SandboxMetrics> newest(String sandboxId) {
        var now = engine.sandboxes().measure(sandboxId);
        if (now.isPresent()) {
            return List.of(now.get());
        }
        var at = clock.instant();
        var kept = engine.sandboxes().metrics(sandboxId, new MetricsQuery(at.minus(KEPT), at, HOUR_SECONDS));
        return kept.isEmpty() ? kept : List.of(kept.getLast());
    }
}
