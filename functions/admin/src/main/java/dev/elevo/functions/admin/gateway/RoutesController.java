package dev.elevo.functions.admin.gateway;

import dev.elevo.platform.audit.Audited;
import dev.elevo.platform.audit.AuditedResource;
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
    GatewayAnswer<MadeRoute> createRoute(HttpRequest<?> request) {
        var fields = fields(request);
        var route = routes.create(fields);
        AuditedResource.is(route.id().toString());
        return GatewayAnswer.of(MadeRoute.of(route, fields.ignored()));
    }

    @Post("/batch/routes")
    @NeedsScope(ADMIN)
    @Audited("route.create_batch")
    GatewayAnswer<RouteBatch> createRoutes(HttpRequest<?> request) {
        var fields = fields(request);
        var wanted = fields.elements("routes", 1, MOST_TOGETHER);
        fields.check();
        var results = new ArrayList<RouteBatch.Made>();
        var errors = new ArrayList<RouteBatch.Failed>();
        var outcomes = routes.createAll(wanted);
        for (int i = 0; i < outcomes.size(); i++) {
            switch (outcomes.get(i)) {
                case Routes.Outcome.Made(var route, var ignored) -> results.add(RouteBatch.Made.of(i, route, ignored));
                case Routes.Outcome.Refused(var failure) ->
                    errors.add(
                            RouteBatch.Failed.of(i, GatewayEnvelope.answer(failure), GatewayEnvelope.broken(failure)));
            }
        }
        AuditedResource.made(results.stream().map(made -> made.data().routeId()).toList());
        return GatewayAnswer.of(
                new RouteBatch(outcomes.size(), results.size(), errors.size(), results, errors, fields.ignored()));
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
    GatewayAnswer<RouteList> listRoutes(HttpRequest<?> request) {
        var wanted = Query.read(request, Wanted::of);
        var window = wanted.window();
        var found = routes.list(wanted.serviceName(), wanted.isActive(), window.from(), window.size());
        return GatewayAnswer.of(new RouteList(
                found.total(), found.routes().stream().map(RouteInfo::of).toList()));
    }

    @Put("/routes/{id}")
    @NeedsScope(ADMIN)
    @Audited("route.update")
    GatewayAnswer<ChangedRoute> changeRoute(HttpRequest<?> request, String id) {
        var fields = fields(request);
        return GatewayAnswer.of(ChangedRoute.of(routes.change(id, fields), fields.ignored()));
    }

    @Delete("/routes/{id}")
    @NeedsScope(ADMIN)
    @Audited("route.delete")
    GatewayAnswer<DeletedRoute> deleteRoute(String id) {
        return GatewayAnswer.of(new DeletedRoute(id, Wire.time(routes.delete(id))));
    }

    private Fields fields(HttpRequest<?> request) {
        return Fields.of(json, RawRequest.of(request).rawBody());
    }
}
