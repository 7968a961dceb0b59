package dev.elevo.functions.snapshots;

import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Page;
import dev.elevo.contract.snapshot.CheckpointSandbox;
import dev.elevo.contract.snapshot.CreateSnapshot;
import dev.elevo.contract.snapshot.SnapshotInfo;
import dev.elevo.contract.snapshot.SnapshotState;
import dev.elevo.platform.audit.Audited;
import dev.elevo.platform.idempotency.IdempotencyKey;
import dev.elevo.platform.identity.NeedsScope;
import dev.elevo.platform.identity.Principal;
import dev.elevo.platform.openapi.Fails;
import dev.elevo.platform.paging.Paging;
import dev.elevo.platform.paging.Query;
import dev.elevo.platform.snapshot.Snapshot;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Delete;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import jakarta.validation.Valid;
import java.net.URI;
import org.jspecify.annotations.Nullable;

@Controller("/api/v1")
class SnapshotsController {
    private static final String PATH = "/api/v1/snapshots/";

    private final SnapshotService snapshots;
    private final SnapshotView view;
    private final Paging paging;

    SnapshotsController(SnapshotService snapshots, SnapshotView view, Paging paging) {
        this.snapshots = snapshots;
        this.view = view;
        this.paging = paging;
    }

    @Post("/snapshots")
    @NeedsScope("snapshot:write")
    @Fails({
        ErrorCode.SANDBOX_NOT_FOUND,
        ErrorCode.SANDBOX_NOT_RUNNING,
        ErrorCode.SNAPSHOT_CREATE_FAILED,
        ErrorCode.SNAPSHOT_LIMIT_EXCEEDED,
        ErrorCode.SNAPSHOT_EXISTS,
        ErrorCode.STORAGE_INSUFFICIENT,
        ErrorCode.NOT_IMPLEMENTED
    })
    @Audited("snapshot.create")
    HttpResponse<SnapshotInfo> createSnapshot(
            HttpRequest<?> request, Principal caller, @Body @Valid CreateSnapshot wanted) {
        return answer(snapshots.create(
                caller, wanted, IdempotencyKey.of(request, caller).orElse(null)));
    }

    @Post("/sandboxes/{id}/checkpoint")
    @NeedsScope("snapshot:write")
    @Fails({
        ErrorCode.SANDBOX_NOT_FOUND,
        ErrorCode.SANDBOX_NOT_RUNNING,
        ErrorCode.SNAPSHOT_CREATE_FAILED,
        ErrorCode.SNAPSHOT_LIMIT_EXCEEDED,
        ErrorCode.SNAPSHOT_EXISTS,
        ErrorCode.STORAGE_INSUFFICIENT,
        ErrorCode.NOT_IMPLEMENTED
    })
    @Audited("sandbox.checkpoint")
    HttpResponse<SnapshotInfo> checkpointSandbox(
            HttpRequest<?> request, Principal caller, String id, @Nullable @Body @Valid CheckpointSandbox body) {
        var wanted = body == null ? CheckpointSandbox.EMPTY : body;
        return answer(snapshots.checkpoint(
                caller, id, wanted, IdempotencyKey.of(request, caller).orElse(null)));
    }

    private HttpResponse<SnapshotInfo> answer(Snapshot snapshot) {
        var info = view.of(snapshot, false);
        var at = URI.create(PATH + snapshot.id());
        return snapshot.state() == SnapshotState.CREATING
                ? HttpResponse.accepted(at).body(info)
                : HttpResponse.created(info, at);
    }

    @Get("/snapshots")
    @NeedsScope("snapshot:read")
    Page<SnapshotInfo> listSnapshots(HttpRequest<?> request, Principal caller) {
        var list = "snapshots of " + caller.organizationId();
        var wanted = Query.read(request, query -> ListSnapshots.read(query, paging, list));
        var found = SnapshotList.of(snapshots.list(caller), wanted);
        return paging.answer(wanted.page(), found, list, snapshot -> view.of(snapshot, wanted.withSandbox()));
    }

    @Get("/snapshots/{id}")
    @NeedsScope("snapshot:read")
    @Fails(ErrorCode.SNAPSHOT_NOT_FOUND)
    SnapshotInfo getSnapshot(HttpRequest<?> request, Principal caller, String id) {
        var withSandbox = Query.read(request, ListSnapshots::readExpansion);
        return view.of(snapshots.get(caller, id), withSandbox);
    }

    @Delete("/snapshots/{id}")
    @NeedsScope("snapshot:write")
    @Fails({ErrorCode.SNAPSHOT_NOT_FOUND, ErrorCode.SNAPSHOT_IN_USE})
    @Audited("snapshot.delete")
    HttpResponse<?> deleteSnapshot(Principal caller, String id) {
        snapshots.delete(caller, id);
        return HttpResponse.noContent();
    }
}
