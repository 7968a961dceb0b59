package dev.elevo.functions.volumes;

import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Page;
import dev.elevo.contract.volume.CreateVolume;
import dev.elevo.contract.volume.ResizeVolume;
import dev.elevo.contract.volume.VolumeInfo;
import dev.elevo.platform.audit.Audited;
import dev.elevo.platform.idempotency.IdempotencyKey;
import dev.elevo.platform.identity.NeedsScope;
import dev.elevo.platform.identity.Principal;
import dev.elevo.platform.openapi.Fails;
import dev.elevo.platform.paging.Paging;
import dev.elevo.platform.paging.Query;
import dev.elevo.platform.volume.VolumeView;
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
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;

@Controller("/api/v1/volumes")
class VolumesController {
    private static final String PATH = "/api/v1/volumes/";

    private final VolumeService volumes;
    private final VolumeList list;
    private final VolumeView view;
    private final MountingSandboxes sandboxes;
    private final Paging paging;

    VolumesController(
            VolumeService volumes, VolumeList list, VolumeView view, MountingSandboxes sandboxes, Paging paging) {
        this.volumes = volumes;
        this.list = list;
        this.view = view;
        this.sandboxes = sandboxes;
        this.paging = paging;
    }

    @Post
    @NeedsScope("volume:write")
    @Fails({
        ErrorCode.VOLUME_CREATE_FAILED,
        ErrorCode.VOLUME_EXISTS,
        ErrorCode.VOLUME_LIMIT_EXCEEDED,
        ErrorCode.STORAGE_INSUFFICIENT,
        ErrorCode.NOT_IMPLEMENTED
    })
    @Audited("volume.create")
    HttpResponse<VolumeInfo> createVolume(HttpRequest<?> request, Principal caller, @Body @Valid CreateVolume body) {
        var getOrCreate = Query.read(request, query -> query.bool("getOrCreate", false));
        var key = IdempotencyKey.of(request, caller).orElse(null);
        var found = volumes.create(caller, body, getOrCreate, key);
        var shown = view.of(found.volume());
        return found.isNew() ? HttpResponse.created(shown, URI.create(PATH + shown.id())) : HttpResponse.ok(shown);
    }

    @Get
    @NeedsScope("volume:read")
    Page<VolumeInfo> listVolumes(HttpRequest<?> request, Principal caller) {
        var name = "volumes of " + caller.organizationId();
        var wanted = Query.read(request, query -> ListVolumes.read(query, paging, name));
        var found = list.read(caller.organizationId(), wanted);
        var shown = expanded(caller, view.of(found.slice().items(), found.mounts()), wanted.showsSandboxes()).stream()
                .collect(Collectors.toMap(VolumeInfo::id, Function.identity()));
        return paging.answer(
                wanted.page(), found.slice(), name, volume -> Objects.requireNonNull(shown.get(volume.id())));
    }

    @Get("/{id}")
    @NeedsScope("volume:read")
    @Fails(ErrorCode.VOLUME_NOT_FOUND)
    VolumeInfo getVolume(HttpRequest<?> request, Principal caller, String id) {
        var showsSandboxes = Query.read(request, ListVolumes::readExpansion);
        return expanded(caller, List.of(view.of(volumes.get(caller, id))), showsSandboxes)
                .getFirst();
    }

    private List<VolumeInfo> expanded(Principal caller, List<VolumeInfo> shown, boolean showsSandboxes) {
        return showsSandboxes ? sandboxes.addTo(caller.organizationId(), shown) : shown;
    }

    @Delete("/{id}")
    @NeedsScope("volume:write")
    @Fails({ErrorCode.VOLUME_NOT_FOUND, ErrorCode.VOLUME_IN_USE})
    @Audited("volume.delete")
    HttpResponse<?> deleteVolume(HttpRequest<?> request, Principal caller, String id) {
        var force = Query.read(request, query -> query.bool("force", false));
        volumes.delete(caller, id, force);
        return HttpResponse.noContent();
    }

    @Post("/{id}/resize")
    @NeedsScope("volume:write")
    @Fails({
        ErrorCode.VOLUME_NOT_FOUND,
        ErrorCode.INVALID_SIZE,
        ErrorCode.STORAGE_INSUFFICIENT,
        ErrorCode.NOT_IMPLEMENTED
    })
    @Audited("volume.resize")
    VolumeInfo resizeVolume(Principal caller, String id, @Body @Valid ResizeVolume body) {
        return view.of(volumes.resize(caller, id, body.sizeGB()));
    }
}
