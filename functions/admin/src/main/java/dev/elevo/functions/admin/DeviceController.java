package dev.elevo.functions.admin;

import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Page;
import dev.elevo.platform.audit.Audited;
import dev.elevo.platform.idempotency.IdempotencyKey;
import dev.elevo.platform.identity.AnyCredential;
import dev.elevo.platform.identity.Principal;
import dev.elevo.platform.openapi.Fails;
import dev.elevo.platform.paging.Paging;
import dev.elevo.platform.paging.Query;
import dev.elevo.platform.push.DynamoDevices;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Delete;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import jakarta.validation.Valid;
import java.net.URI;
import java.util.List;

@Controller("/api/v1/users/me/devices")
class DeviceController {
    private static final String PATH = "/api/v1/users/me/devices/";

    private final Devices devices;
    private final DynamoDevices known;
    private final Paging paging;

    DeviceController(Devices devices, DynamoDevices known, Paging paging) {
        this.devices = devices;
        this.known = known;
        this.paging = paging;
    }

    @Post
    @AnyCredential
    @Audited("device.register")
    HttpResponse<DeviceInfo> registerDevice(HttpRequest<?> request, Principal caller, @Body @Valid CreateDevice body) {
        var registered = devices.register(
                caller, body, IdempotencyKey.of(request, caller).orElse(null));
        var id = registered.device().id();
        var info =
                DeviceInfo.of(registered.device(), known.lastTold(List.of(id)).get(id));
        return registered.isNew() ? HttpResponse.created(info, URI.create(PATH + id)) : HttpResponse.ok(info);
    }

    @Get
    @AnyCredential
    Page<DeviceInfo> listDevices(HttpRequest<?> request, Principal caller) {
        var list = "devices of " + caller.organizationId() + " " + caller.userId();
        var page = Query.read(request, query -> paging.read(query, Window.SORTS, list));
        var found = devices.list(caller, page);
        var told =
                known.lastTold(found.items().stream().map(RegisteredDevice::id).toList());
        return paging.answer(page, found, list, device -> DeviceInfo.of(device, told.get(device.id())));
    }

    @Delete("/{id}")
    @AnyCredential
    @Fails(ErrorCode.RESOURCE_NOT_FOUND)
    @Audited("device.remove")
    HttpResponse<?> removeDevice(Principal caller, String id) {
        devices.remove(caller, id);
        return HttpResponse.noContent();
    }
}
