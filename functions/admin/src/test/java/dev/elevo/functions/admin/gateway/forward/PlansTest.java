package dev.elevo.functions.admin.gateway.forward;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elevo.functions.admin.gateway.Route;
import dev.elevo.functions.admin.gateway.RouteSettings;
import dev.elevo.functions.admin.gateway.Rules;
import dev.elevo.platform.identity.Principal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlansTest {
    private final List<Route> routes = new ArrayList<>();

    @Test
    void the_highest_priority_wins_then_the_method_then_the_longest_then_the_oldest() {
        add("oldest", "/a/*", "ANY", 0);
        add("younger", "/a/*", "ANY", 0);
        assertThat(chosen("GET", "/a/b")).isEqualTo("oldest");

        add("longer", "/a/b*", "ANY", 0);
        assertThat(chosen("GET", "/a/b")).isEqualTo("longer");

        add("method", "/*", "GET", 0);
        assertThat(chosen("GET", "/a/b")).isEqualTo("method");
        assertThat(chosen("POST", "/a/b")).isEqualTo("longer");

        add("first", "/*", "ANY", 1);
        assertThat(chosen("GET", "/a/b")).isEqualTo("first");
    }

    @Test
    void a_route_with_a_star_in_front_is_found_beside_those_without() {
        add("literal", "/a/b/c", "GET", 0);
        add("open", "/*/b/c", "GET", 1);

        assertThat(chosen("GET", "/a/b/c")).isEqualTo("open");
        assertThat(chosen("GET", "/x/b/c")).isEqualTo("open");
        assertThat(chosen("GET", "/a/b")).isNull();
    }

    @Test
    void a_path_that_steps_up_leads_nowhere() {
        add("all", "/a/*", "ANY", 0);

        for (var path : List.of("/a/../b", "/a/..", "/a/./b", "/a//b", "/a\\..\\b")) {
            assertThat(chosen("GET", path)).as(path).isNull();
        }
        assertThat(chosen("GET", "/a/..b")).isEqualTo("all");
    }

    @ParameterizedTest
    @CsvSource({
        "/x*, /internal/*, /x..",
        "/x*/y*, /internal/*/*, /x../y..",
        "/x*, /internal/.*, /x.",
        "/x*, /internal/*/y, /x",
    })
    void what_would_step_up_in_the_target_leads_nowhere(String pattern, String target, String path) {
        var settings = settings("service", pattern, target, "GET", 0, true, true, List.of(), "any");
        routes.add(new Route(UUID.randomUUID(), settings, Instant.EPOCH, Instant.EPOCH));

        assertThat(chosen("GET", path)).isNull();
        assertThat(chosen("GET", path.replace("x", "xa").replace("y", "yb"))).isEqualTo("service");
    }

    @Test
    void what_is_not_active_does_not_match() {
        var off = settings("off", "/a", "GET", 0, false, List.of(), "any");
        routes.add(new Route(UUID.randomUUID(), off, Instant.EPOCH, Instant.EPOCH));

        assertThat(chosen("GET", "/a")).isNull();
    }

    @Test
    void any_permission_is_enough_or_all_are_needed() {
        var none = permitted(List.of(), "all");
        var any = permitted(List.of("a", "b:c"), "any");
        var all = permitted(List.of("a", "b:c"), "all");

        assertThat(none.admits(caller())).isTrue();
        assertThat(any.admits(caller("b:*"))).isTrue();
        assertThat(any.admits(caller("x"))).isFalse();
        assertThat(all.admits(caller("a"))).isFalse();
        assertThat(all.admits(caller("a", "b:*"))).isTrue();
        assertThat(all.admits(caller("*"))).isTrue();
    }

    @Test
    void permissions_take_a_caller() {
        assertThat(isForAnyone(false, List.of())).isTrue();
        assertThat(isForAnyone(true, List.of())).isFalse();
        assertThat(isForAnyone(false, List.of("a"))).isFalse();
    }

    private static boolean isForAnyone(boolean requiresAuth, List<String> permissions) {
        var settings = settings("s", "/a", "/x", "GET", 0, true, requiresAuth, permissions, "any");
        return Plan.of(new Route(UUID.randomUUID(), settings, Instant.EPOCH, Instant.EPOCH))
                .isForAnyone();
    }

    private static Plan permitted(List<String> permissions, String strategy) {
        var settings = settings("s", "/a", "GET", 0, true, permissions, strategy);
        return Plan.of(new Route(UUID.randomUUID(), settings, Instant.EPOCH, Instant.EPOCH));
    }

    private static Principal caller(String... scopes) {
        return new Principal("acme", "ann", null, List.of(scopes), Principal.Kind.JWT);
    }

    private void add(String service, String pattern, String method, int priority) {
        var settings = settings(service, pattern, method, priority, true, List.of(), "any");
        var at = Instant.EPOCH.plusSeconds(routes.size());
        routes.add(new Route(UUID.randomUUID(), settings, at, at));
    }

    private static RouteSettings settings(
            String service,
            String pattern,
            String method,
            int priority,
            boolean active,
            List<String> permissions,
            String strategy) {
        return settings(service, pattern, "/x", method, priority, active, true, permissions, strategy);
    }

    private static RouteSettings settings(
            String service,
            String pattern,
            String target,
            String method,
            int priority,
            boolean active,
            boolean requiresAuth,
            List<String> permissions,
            String strategy) {
        return new RouteSettings(
                service,
                pattern,
                target,
                method,
                "v1",
                active,
                requiresAuth,
                permissions,
                strategy,
                1000,
                30,
                3,
                true,
                false,
                300,
                "round_robin",
                priority);
    }

    private @Nullable String chosen(String method, String path) {
        var match = new Plans(new Rules("here", routes, List.of())).find(method, path);
        return match == null ? null : match.plan().settings().serviceName();
    }
}
