package dev.elevo.functions.sandboxes;

import dev.elevo.contract.ApiException;
import dev.elevo.contract.sandbox.Health;
import dev.elevo.contract.sandbox.SandboxMetrics;
import dev.elevo.contract.sandbox.SandboxState;
import dev.elevo.platform.engine.Engine;
import dev.elevo.platform.sandbox.Sandbox;
import dev.elevo.platform.trace.Trace;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks at sandboxes themselves for what no record tells: whether they are well, and what they use just now. */
@Singleton
class Observer {
    private static final Logger LOG = LoggerFactory.getLogger(Observer.class);

    private final Engine engine;
    private final Metrics metrics;

    Observer(Engine engine, Metrics metrics) {
        this.engine = engine;
        this.metrics = metrics;
    }

    /** @param health where a health check is set */
    record Observation(@Nullable Health health, @Nullable SandboxMetrics metrics) {
        static final Observation NOTHING = new Observation(null, null);
    }

    /** By id, and only of those that need a look: most have no health check, and most lists ask for no metrics. */
    Map<String, Observation> observe(Collection<Sandbox> sandboxes, Expansion expansion) {
        var seen = new ConcurrentHashMap<String, Observation>();
        var wantsMetrics = expansion.names().contains("metrics");
        var interesting = sandboxes.stream()
                .filter(sandbox -> wantsMetrics || sandbox.settings().healthCheck() != null)
                .toList();
        if (interesting.size() == 1) {
            var only = interesting.getFirst();
            seen.put(only.id(), look(only, wantsMetrics));
        } else if (!interesting.isEmpty()) {
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                interesting.forEach(sandbox ->
                        threads.execute(Trace.carrying(() -> seen.put(sandbox.id(), look(sandbox, wantsMetrics)))));
            }
        }
        return seen;
    }

    private Observation look(Sandbox sandbox, boolean wantsMetrics) {
        var health = sandbox.settings().healthCheck() == null ? null : Health.UNKNOWN;
        if (sandbox.state() == SandboxState.DELETED) {
            return new Observation(health, null);
        }
        try {
            if (health != null && sandbox.state() == SandboxState.RUNNING) {
                var said = engine.sandboxes().get(sandbox.id()).health();
                health = said == null ? Health.UNKNOWN : said;
            }
            var newest = wantsMetrics ? metrics.of(sandbox, MetricsSpan.NEWEST) : null;
            return new Observation(health, newest == null || newest.isEmpty() ? null : newest.getFirst());
        } catch (ApiException e) {
            // Who asks for the sandbox gets it, with what is known of it.
            LOG.warn("{} cannot be looked at: {}", sandbox.id(), e.failure().message());
            return new Observation(health, null);
        }
    }
}
