package dev.elevo.functions.sandboxes;

import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.sandbox.MetricsAnswer;
import dev.elevo.platform.identity.NeedsScope;
import dev.elevo.platform.identity.Principal;
import dev.elevo.platform.openapi.Fails;
import dev.elevo.platform.paging.Query;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import java.time.InstantSource;

@Controller("/api/v1/sandboxes/{id}/metrics")
class MetricsController {
    private final SandboxService sandboxes;
    private final Metrics metrics;
    private final InstantSource clock;

    MetricsController(SandboxService sandboxes, Metrics metrics, InstantSource clock) {
        this.sandboxes = sandboxes;
        this.metrics = metrics;
        this.clock = clock;
    }

    @Get
    @NeedsScope("sandbox:read")
    @Fails(ErrorCode.SANDBOX_NOT_FOUND)
    MetricsAnswer getMetrics(HttpRequest<?> request, Principal caller, String id) {
        var span = Query.read(request, query -> MetricsSpan.read(query, clock.instant()));
        return new MetricsAnswer(metrics.of(sandboxes.get(caller, id), span));
    }
}
