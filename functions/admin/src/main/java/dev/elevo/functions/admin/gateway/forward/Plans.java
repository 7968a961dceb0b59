package dev.elevo.functions.admin.gateway.forward;

import dev.elevo.functions.admin.gateway.Instance;
import dev.elevo.functions.admin.gateway.PathPattern;
import dev.elevo.functions.admin.gateway.Route;
import dev.elevo.functions.admin.gateway.RouteSettings;
import dev.elevo.functions.admin.gateway.Rules;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The rules of one moment, made ready once. Plans stand in the order in which they are chosen, per first segment of the path, each
 * list with those whose first segment is a star: the first that matches is the one.
 */
final class Plans {
    /** For one method those of it come before those of any: the order puts all of any behind. */
    private static final Comparator<Route> ORDER = Comparator.<Route>comparingInt(
                    route -> -route.settings().priority())
            .thenComparing(route -> route.settings().method().equals(RouteSettings.ANY))
            .thenComparingInt(route -> -route.settings().pathPattern().length())
            .thenComparing(Route::createdAt)
            .thenComparing(Route::id);

    private final Rules rules;
    private final Map<String, List<Plan>> byFirst = new HashMap<>();
    private final List<Plan> open;
    private final Map<String, List<Instance>> healthy;

    Plans(Rules rules) {
        this.rules = rules;
        var plans = rules.routes().stream()
                .filter(route -> route.settings().active())
                .sorted(ORDER)
                .map(Plan::of)
                .toList();
        plans.stream()
                .flatMap(plan -> plan.pattern().firstSegment().stream())
                .forEach(first -> byFirst.computeIfAbsent(
                        first,
                        name -> plans.stream()
                                .filter(plan -> plan.pattern()
                                        .firstSegment()
                                        .map(name::equals)
                                        .orElse(true))
                                .toList()));
        open = plans.stream()
                .filter(plan -> plan.pattern().firstSegment().isEmpty())
                .toList();
        healthy = rules.instances().stream()
                .filter(instance -> instance.status() == Instance.Status.HEALTHY)
                .collect(Collectors.groupingBy(
                        instance -> instance.settings().serviceName(), Collectors.toCollection(ArrayList::new)));
    }

    Rules rules() {
        return rules;
    }

    List<Instance> healthy(String service) {
        return healthy.getOrDefault(service, List.of());
    }

    Plan.@Nullable Match find(String method, String path) {
        if (!PathPattern.isTidy(path)) {
            return null;
        }
        var segments = PathPattern.split(path);
        var candidates = segments.isEmpty() ? open : byFirst.getOrDefault(segments.getFirst(), open);
        for (var plan : candidates) {
            if (plan.takes(method)) {
                var stars = plan.pattern().match(segments);
                if (stars != null) {
                    var target = plan.target().path(stars);
                    // What is nothing by itself may step up behind what stands before it in the target. No other route
                    // gets it then: a path is one route's or nobody's.
                    return PathPattern.isTidy(target) ? new Plan.Match(plan, target) : null;
                }
            }
        }
        return null;
    }
}
