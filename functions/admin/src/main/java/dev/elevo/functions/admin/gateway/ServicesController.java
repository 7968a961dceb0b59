package dev.elevo.functions.admin.gateway;

import dev.elevo.contract.Failure;
import dev.elevo.platform.audit.Audited;
import dev.elevo.platform.http.RawRequest;
import dev.elevo.platform.identity.NeedsScope;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Delete;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Put;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.json.JsonMapper;
import io.micronaut.json.tree.JsonNode;
import java.time.InstantSource;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Services by their instances. */
@Controller("/admin/services")
class ServicesController {
    private static final String ADMIN = "gateway.admin";
    private static final String WRITE = "service.write";

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

    @Get
    @NeedsScope({"service.read", ADMIN})
    GatewayAnswer<JsonNode> listInstances(
            @Nullable @QueryValue("service_name") String serviceName,
            @Nullable @QueryValue String status,
            @Nullable @QueryValue Integer page,
            @Nullable @QueryValue Integer size) {
        if (serviceName == null || serviceName.isEmpty()) {
            throw Failure.Invalid.field("service_name", Fields.NEEDED, null).asException();
        }
        var window = PageWindow.of(page, size);
        var found = instances.list(serviceName, status(status), window.from(), window.size());
        return GatewayAnswer.of(new Content()
                .text("service_name", serviceName)
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

    private static Instance.@Nullable Status status(@Nullable String label) {
        if (label == null) {
            return null;
        }
        return Stream.of(Instance.Status.values())
                .filter(status -> status.label().equals(label.toLowerCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(() -> Failure.Invalid.field("status", "must be one of healthy, unhealthy, draining", null)
                        .asException());
    }

    private Fields fields(HttpRequest<?> request) {
        return Fields.of(json, RawRequest.of(request).rawBody());
    }
}
