package dev.elevo.functions.admin.gateway;

import dev.elevo.platform.audit.Audited;
import dev.elevo.platform.http.RawRequest;
import dev.elevo.platform.identity.NeedsScope;
import dev.elevo.platform.paging.Query;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Delete;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Put;
import io.micronaut.json.JsonMapper;
import io.micronaut.json.tree.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Routes, for those who administer the gateway. */
@Controller("/admin")
class RoutesController {
    private static final String ADMIN = "gateway.admin";
    private static final int MOST_TOGETHER = 100;
    private static final List<String> YES_OR_NO = List.of("true", "false");

    private final Routes routes;
    private final JsonMapper json;

    RoutesController(Routes routes, JsonMapper json) {
        this.routes = routes;
        this.json = json;
    }

    @Post("/routes")
    @NeedsScope(ADMIN)
    @Audited("route.create")
    GatewayAnswer<JsonNode> createRoute(HttpRequest<?> request) {
        var route = routes.create(fields(request));
        return GatewayAnswer.of(
                made(route).time("created_at", route.createdAt()).node());
    }

    @Post("/batch/routes")
    @NeedsScope(ADMIN)
    @Audited("route.create_batch")
    GatewayAnswer<JsonNode> createRoutes(HttpRequest<?> request) {
        var fields = fields(request);
        var wanted = fields.elements("routes", 1, MOST_TOGETHER);
        fields.check();
        var results = new ArrayList<JsonNode>();
        var errors = new ArrayList<JsonNode>();
        var outcomes = routes.createAll(wanted);
        for (int i = 0; i < outcomes.size(); i++) {
            switch (outcomes.get(i)) {
                case Routes.Outcome.Made(var route) ->
                    results.add(new Content()
                            .number("index", i)
                            .text("status", "success")
                            .put("data", made(route).node())
                            .node());
                case Routes.Outcome.Refused(var failure) ->
                    errors.add(new Content()
                            .number("index", i)
                            .text("status", "failed")
                            .text("code", GatewayEnvelope.code(failure))
                            .text("msg", failure.message())
                            .node());
            }
        }
        return GatewayAnswer.of(new Content()
                .number("total", outcomes.size())
                .number("successful", results.size())
                .number("failed", errors.size())
                .put("results", JsonNode.createArrayNode(results))
                .put("errors", JsonNode.createArrayNode(errors))
                .node());
    }

    private record Wanted(
            @Nullable String serviceName, @Nullable Boolean isActive, PageWindow window) {
        static Wanted of(Query query) {
            var active = query.oneOf("is_active", YES_OR_NO);
            return new Wanted(
                    query.text("service_name"), active == null ? null : Boolean.valueOf(active), PageWindow.of(query));
        }
    }

    @Get("/routes")
    @NeedsScope({"service.read", ADMIN})
    GatewayAnswer<JsonNode> listRoutes(HttpRequest<?> request) {
        var wanted = Query.read(request, Wanted::of);
        var window = wanted.window();
        var found = routes.list(wanted.serviceName(), wanted.isActive(), window.from(), window.size());
        return GatewayAnswer.of(new Content()
                .number("total", found.total())
                .put(
                        "routes",
                        JsonNode.createArrayNode(found.routes().stream()
                                .map(route -> new Content(route.settings().asFields())
                                        .text("id", route.id().toString())
                                        .time("created_at", route.createdAt())
                                        .time("updated_at", route.updatedAt())
                                        .node())
                                .toList()))
                .node());
    }

    @Put("/routes/{id}")
    @NeedsScope(ADMIN)
    @Audited("route.update")
    GatewayAnswer<JsonNode> changeRoute(HttpRequest<?> request, String id) {
        var changed = routes.change(id, fields(request));
        return GatewayAnswer.of(new Content()
                .text("route_id", changed.route().id().toString())
                .put("updated_fields", Wire.strings(changed.fields()))
                .time("updated_at", changed.route().updatedAt())
                .node());
    }

    @Delete("/routes/{id}")
    @NeedsScope(ADMIN)
    @Audited("route.delete")
    GatewayAnswer<JsonNode> deleteRoute(String id) {
        var deletedAt = routes.delete(id);
        return GatewayAnswer.of(
                new Content().text("route_id", id).time("deleted_at", deletedAt).node());
    }

    private static Content made(Route route) {
        return new Content()
                .text("route_id", route.id().toString())
                .text("service_name", route.settings().serviceName())
                .text("path_pattern", route.settings().pathPattern());
    }

    private Fields fields(HttpRequest<?> request) {
        return Fields.of(json, RawRequest.of(request).rawBody());
    }
}
