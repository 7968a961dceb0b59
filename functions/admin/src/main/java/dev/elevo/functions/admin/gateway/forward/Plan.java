package dev.elevo.functions.admin.gateway.forward;

import dev.elevo.functions.admin.gateway.PathPattern;
import dev.elevo.functions.admin.gateway.Route;
import dev.elevo.functions.admin.gateway.RouteSettings;
import dev.elevo.functions.admin.gateway.TargetUrl;
import dev.elevo.platform.identity.Principal;

/** A route, made ready for requests. */
record Plan(Route route, PathPattern pattern, TargetUrl target) {

    /** @param path of the target, its stars filled with what those of the pattern stand for */
    record Match(Plan plan, String path) {}

    static Plan of(Route route) {
        return new Plan(
                route,
                PathPattern.of(route.settings().pathPattern()),
                TargetUrl.of(route.settings().targetUrl()));
    }

    RouteSettings settings() {
        return route.settings();
    }

    boolean takes(String method) {
        return settings().method().equals(RouteSettings.ANY)
                || settings().method().equals(method);
    }

    /** One that was kept from before permissions took a caller has them all the same. */
    boolean isForAnyone() {
        return !settings().requiresAuth() && settings().requiredPermissions().isEmpty();
    }

    boolean admits(Principal caller) {
        var required = settings().requiredPermissions();
        if (required.isEmpty()) {
            return true;
        }
        return settings().permissionStrategy().equals(RouteSettings.ALL_PERMISSIONS)
                ? required.stream().allMatch(caller::grants)
                : required.stream().anyMatch(caller::grants);
    }
}
