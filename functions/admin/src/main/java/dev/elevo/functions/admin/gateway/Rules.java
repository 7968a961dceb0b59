package dev.elevo.functions.admin.gateway;

import java.util.List;

/**
 * All that forwarding goes by, as it was at one moment.
 *
 * @param deployment a name of this deployment that no other has, by which a request that comes back is known
 */
public record Rules(String deployment, List<Route> routes, List<Instance> instances) {
    public Rules {
        routes = List.copyOf(routes);
        instances = List.copyOf(instances);
    }

    long activeRoutes() {
        return routes.stream().filter(route -> route.settings().active()).count();
    }

    long healthyInstances() {
        return instances.stream()
                .filter(instance -> instance.status() == Instance.Status.HEALTHY)
                .count();
    }
}
