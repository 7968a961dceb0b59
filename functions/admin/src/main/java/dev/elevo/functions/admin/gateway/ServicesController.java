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
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Services by their instances. */
@Controller("/admin/services")
class ServicesController {
    private static final String ADMIN = "gateway.admin";
    private static final String WRITE = "service.write";
    private static final List<String> STATUSES =
            Stream.of(Instance.Status.values()).map(Instance.Status::label).toList();

    private final Instances instances;
    private final JsonMapper json;
    private final InstantSource clock;

    ServicesController(Instances instances, JsonMapper json, InstantSource clock) {
        this.instances = instances;
        this.json = json;
        this.clock = clock;
    }

    @Post
    @NeedsScope({WRITE, ADMIN})
    @Audited("service.register")
    GatewayAnswer<JsonNode> registerInstance(HttpRequest<?> request) {
        var instance = instances.register(fields(request));
        return GatewayAnswer.of(new Content()
                .text("instance_id", instance.id().toString())
                .text("service_name", instance.settings().serviceName())
                .text("endpoint", instance.settings().endpoint())
                .time("registered_at", instance.registeredAt())
                .node());
    }

    private record Wanted(String serviceName, Instance.@Nullable Status status, PageWindow window) {
        static Wanted of(Query query) {
            var serviceName = query.text("service_name");
            if (serviceName == null || serviceName.isEmpty()) {
                query.refuse("service_name", Fields.NEEDED, null);
                serviceName = "";
            }
            var status = query.oneOf("status", STATUSES);
            return new Wanted(serviceName, status == null ? null : Instance.Status.of(status), PageWindow.of(query));
        }
    }

    @Get
    @NeedsScope({"service.read", ADMIN})
    GatewayAnswer<JsonNode> listInstances(HttpRequest<?> request) {
        var wanted = Query.read(request, Wanted::of);
        var window = wanted.window();
        var found = instances.list(wanted.serviceName(), wanted.status(), window.from(), window.size());
        return GatewayAnswer.of(new Content()
                .text("service_name", wanted.serviceName())
                .number("total_instances", found.total())
                .number("healthy_instances", found.healthy())
                .put(
                        "instances",
                        JsonNode.createArrayNode(found.instances().stream()
                                .map(ServicesController::told)
                                .toList()))
                .node());
    }

    @Put("/{id}")
    @NeedsScope({WRITE, ADMIN})
    @Audited("service.update")
    GatewayAnswer<JsonNode> changeInstance(HttpRequest<?> request, String id) {
        var changed = instances.change(id, fields(request));
        return GatewayAnswer.of(new Content()
                .text("instance_id", changed.instance().id().toString())
                .put("updated_fields", Wire.strings(changed.fields()))
                .time("updated_at", changed.instance().updatedAt())
                .node());
    }

    @Delete("/{id}")
    @NeedsScope({WRITE, ADMIN})
    @Audited("service.deregister")
    GatewayAnswer<JsonNode> deregisterInstance(String id) {
        return GatewayAnswer.of(new Content()
                .text("instance_id", instances.deregister(id).toString())
                .time("deregistered_at", clock.instant())
                .node());
    }

    private static JsonNode told(Instance instance) {
        var check = instance.lastCheck();
        return new Content()
                .text("id", instance.id().toString())
                .text("instance_id", instance.settings().instanceId())
                .text("endpoint", instance.settings().endpoint())
                .number("weight", instance.settings().weight())
                .text("status", instance.status().label())
                .put("metadata", JsonNode.createObjectNode(instance.settings().metadata()))
                .put("last_health_check", check == null ? JsonNode.nullNode() : Wire.timeNode(check))
                .time("registered_at", instance.registeredAt())
                .node();
    }

    private Fields fields(HttpRequest<?> request) {
        return Fields.of(json, RawRequest.of(request).rawBody());
    }
}
