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
    GatewayAnswer<RegisteredInstance> registerInstance(HttpRequest<?> request) {
        var fields = fields(request);
        var instance = instances.register(fields);
        AuditedResource.is(instance.id().toString());
        return GatewayAnswer.of(RegisteredInstance.of(instance, fields.ignored()));
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
    GatewayAnswer<InstanceList> listInstances(HttpRequest<?> request) {
        var wanted = Query.read(request, Wanted::of);
        var window = wanted.window();
        var found = instances.list(wanted.serviceName(), wanted.status(), window.from(), window.size());
        return GatewayAnswer.of(new InstanceList(
                wanted.serviceName(),
                found.total(),
                found.healthy(),
                found.instances().stream().map(InstanceInfo::of).toList()));
    }

    @Put("/{id}")
    @NeedsScope({WRITE, ADMIN})
    @Audited("service.update")
    GatewayAnswer<ChangedInstance> changeInstance(HttpRequest<?> request, String id) {
        var fields = fields(request);
        var changed = instances.change(id, fields);
        AuditedResource.is(changed.instance().id().toString());
        return GatewayAnswer.of(ChangedInstance.of(changed, fields.ignored()));
    }

    @Delete("/{id}")
    @NeedsScope({WRITE, ADMIN})
    @Audited("service.deregister")
    GatewayAnswer<DeregisteredInstance> deregisterInstance(String id) {
        var deregistered = instances.deregister(id).toString();
        AuditedResource.is(deregistered);
        return GatewayAnswer.of(new DeregisteredInstance(deregistered, Wire.time(clock.instant())));
    }

    private Fields fields(HttpRequest<?> request) {
        return Fields.of(json, RawRequest.of(request).rawBody());
    }
}
