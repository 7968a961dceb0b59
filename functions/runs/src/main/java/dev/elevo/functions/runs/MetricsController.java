package dev.elevo.functions.runs;

import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import dev.elevo.contract.run.Accepted;
import dev.elevo.contract.run.MetricPoint;
import dev.elevo.contract.run.ReportPoints;
import dev.elevo.contract.run.RunLimits;
import dev.elevo.contract.run.RunMetrics;
import dev.elevo.functions.runs.Records.RunKey;
import dev.elevo.platform.audit.Audited;
import dev.elevo.platform.idempotency.IdempotencyKey;
import dev.elevo.platform.identity.NeedsScope;
import dev.elevo.platform.identity.Principal;
import dev.elevo.platform.openapi.Fails;
import dev.elevo.platform.paging.Query;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import jakarta.validation.Valid;
import java.time.InstantSource;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

@Controller("/api/v1/runs/{id}/metrics")
class MetricsController {
    private static final int DEFAULT_POINTS = 1000;
    private static final int MOST_POINTS = 10_000;

    private final RunService runs;
    private final RunPoints points;
    private final InstantSource clock;

    MetricsController(RunService runs, RunPoints points, InstantSource clock) {
        this.runs = runs;
        this.points = points;
        this.clock = clock;
    }

    private record Wanted(
            Set<String> names,
            @Nullable Long fromStep,
            @Nullable Long toStep,
            int most) {
        static Wanted read(Query query) {
            return new Wanted(
                    Set.copyOf(query.words("name")),
                    step(query, "fromStep"),
                    step(query, "toStep"),
                    query.integer("maxPoints", DEFAULT_POINTS, 1, MOST_POINTS));
        }

        private static @Nullable Long step(Query query, String name) {
            return query.has(name) ? (Long) query.number(name, 0, 0) : null;
        }

        boolean takes(long step) {
            if (fromStep == null && toStep == null) {
                return true;
            }
            return step != Point.NO_STEP
                    && (fromStep == null || step >= fromStep)
                    && (toStep == null || step <= toStep);
        }
    }

    @Get
    @NeedsScope("run:read")
    @Fails(ErrorCode.RESOURCE_NOT_FOUND)
    RunMetrics getRunMetrics(HttpRequest<?> request, Principal caller, String id) {
        var wanted = Query.read(request, Wanted::read);
        var run = runs.get(caller, id);
        var found = points.of(RunKey.of(run), wanted.names(), wanted::takes);
        requireFitting(found.values(), wanted.most());
        var metrics = new LinkedHashMap<String, List<MetricPoint>>();
        found.forEach((name, all) -> metrics.put(
                name,
                all.thinned(wanted.most()).stream()
                        .map(point -> new MetricPoint(point.value(), point.step(), point.timestamp()))
                        .toList()));
        return new RunMetrics(metrics);
    }

    private static void requireFitting(Collection<Points> found, int most) {
        var told = found.stream()
                .mapToLong(points -> Math.min(points.size(), most))
                .sum();
        if (told > RunLimits.POINTS_IN_ANSWER) {
            throw Failure.Invalid.field(
                            "maxPoints",
                            "must be less, or fewer metrics named: all together they are " + told + " points, of "
                                    + RunLimits.POINTS_IN_ANSWER,
                            most)
                    .asException();
        }
    }

    @Post
    @NeedsScope("run:write")
    @Fails(ErrorCode.RESOURCE_NOT_FOUND)
    @Audited("run.metrics")
    Accepted reportPoints(HttpRequest<?> request, Principal caller, String id, @Body @Valid ReportPoints wanted) {
        RunRules.check(wanted);
        var now = clock.instant();
        var reported = wanted.points().stream()
                .collect(Collectors.groupingBy(
                        point -> point.name(),
                        Collectors.mapping(
                                point -> new Point(
                                        point.value(),
                                        point.step(),
                                        Objects.requireNonNullElse(point.timestamp(), now)),
                                Collectors.toList())));
        Reports.check(
                id,
                points.add(new RunKey(caller.organizationId(), id), reported, IdempotencyKey.onceKey(request, caller)));
        return Accepted.of(wanted.points().size(), "points");
    }
}
