package dev.elevo.functions.admin.gateway;

import dev.elevo.contract.ApiException;
import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Excerpt;
import dev.elevo.contract.Failure;
import io.micronaut.json.JsonMapper;
import io.micronaut.json.tree.JsonNode;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What routes there are. */
@Singleton
class Routes {
    static final int MOST = 2000;

    private final RuleChanges changes;
    private final RuleStore store;
    private final BuiltInPaths builtIn;
    private final JsonMapper json;
    private final InstantSource clock;

    Routes(RuleChanges changes, RuleStore store, BuiltInPaths builtIn, JsonMapper json, InstantSource clock) {
        this.changes = changes;
        this.store = store;
        this.builtIn = builtIn;
        this.json = json;
        this.clock = clock;
    }

    /** Some of a list. */
    record Found(long total, List<Route> routes) {}

    /** @param fields whose value is another now */
    record Changed(Route route, List<String> fields) {}

    Route create(Fields fields) {
        var settings = checked(fields, RouteSettings.UNSAID);
        var now = now();
        var route = new Route(UUID.randomUUID(), settings, now, now);
        return changes.make(() -> add(route));
    }

    /** One of a batch: either what was made, or why it was not. */
    sealed interface Outcome {
        record Made(Route route, @Nullable List<String> ignoredFields) implements Outcome {}

        record Refused(Failure failure) implements Outcome {}
    }

    /** Each by itself: what becomes of one is nothing to the others. */
    List<Outcome> createAll(List<JsonNode> wanted) {
        var outcomes = new ArrayList<Outcome>();
        Outcome gone = null;
        for (int i = 0; i < wanted.size(); i++) {
            // When the database has gone away, the rest is not tried: each would wait for it anew.
            var outcome = gone == null ? tried("routes[" + i + "]", wanted.get(i)) : gone;
            if (outcome instanceof Outcome.Refused(var failure) && failure.status() >= 500) {
                gone = outcome;
            }
            outcomes.add(outcome);
        }
        return outcomes;
    }

    private Outcome tried(String name, JsonNode wanted) {
        if (!wanted.isObject()) {
            return new Outcome.Refused(Failure.Invalid.field(name, "must be an object in JSON", null));
        }
        try {
            var fields = new Fields(json, wanted);
            return new Outcome.Made(create(fields), fields.ignored());
        } catch (ApiException refused) {
            return new Outcome.Refused(refused.failure());
        }
    }

    Found list(@Nullable String service, @Nullable Boolean active, int from, int most) {
        return changes.read(
                () -> new Found(store.countRoutes(service, active), store.routes(service, active, from, most)));
    }

    Changed change(String id, Fields fields) {
        var uuid = id(id);
        return changes.make(() -> changed(held(uuid), fields), changed -> store.save(changed.route()));
    }

    private Changed changed(Route seen, Fields fields) {
        var settings = checked(fields, seen.settings());
        var before = seen.settings().asFields();
        var changed = settings.asFields().entrySet().stream()
                .filter(field -> !field.getValue().equals(before.get(field.getKey())))
                .map(Map.Entry::getKey)
                .toList();
        return new Changed(new Route(seen.id(), settings, seen.createdAt(), now()), changed);
    }

    private Route held(UUID id) {
        return store.holdRoute(id).orElseThrow(() -> RuleChanges.missing("route", id.toString()));
    }

    Instant delete(String id) {
        var uuid = id(id);
        var now = now();
        return changes.make(() -> {
            if (!store.removeRoute(uuid, now)) {
                throw RuleChanges.missing("route", id);
            }
            return now;
        });
    }

    private Route add(Route route) {
        RuleChanges.checkRoom(store.countRoutes(), MOST, "routes");
        if (!store.add(route)) {
            throw RuleChanges.existing("a route of the same path_pattern, method and version");
        }
        return route;
    }

    private RouteSettings checked(Fields fields, RouteSettings before) {
        var settings = RouteSettings.read(fields, before);
        // Where a star stands for something, the path would be one of ours.
        if (builtIn.serves(settings.pathPattern().replace("*", "x"))) {
            fields.wrong("path_pattern", "is served by the workspace itself");
        }
        fields.check();
        return settings;
    }

    static UUID id(String text) {
        try {
            return UUID.fromString(text);
        } catch (IllegalArgumentException e) {
            throw new Failure.Refused(ErrorCode.RESOURCE_NOT_FOUND, "There is nothing with the id " + Excerpt.of(text))
                    .causedBy(e);
        }
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }
}
