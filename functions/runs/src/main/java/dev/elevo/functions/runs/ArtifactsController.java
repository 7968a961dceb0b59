package dev.elevo.functions.runs;

import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Page;
import dev.elevo.contract.files.Attachment;
import dev.elevo.contract.run.ArtifactInfo;
import dev.elevo.contract.run.CreateArtifact;
import dev.elevo.platform.audit.Audited;
import dev.elevo.platform.idempotency.IdempotencyKey;
import dev.elevo.platform.identity.NeedsScope;
import dev.elevo.platform.identity.Principal;
import dev.elevo.platform.openapi.Fails;
import dev.elevo.platform.paging.PageQuery;
import dev.elevo.platform.paging.Paging;
import dev.elevo.platform.paging.Query;
import dev.elevo.platform.paging.SortOptions;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Delete;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import jakarta.validation.Valid;
import java.net.URI;
import java.util.ArrayList;
import java.util.Set;

@Controller("/api/v1/artifacts")
class ArtifactsController {
    private static final SortOptions SORTS = new SortOptions(Artifact.ORDERS);

    private final ArtifactService artifacts;
    private final Paging paging;

    ArtifactsController(ArtifactService artifacts, Paging paging) {
        this.artifacts = artifacts;
        this.paging = paging;
    }

    private record Wanted(Selection selection, PageQuery page) {}

    @Get
    @NeedsScope("run:read")
    Page<ArtifactInfo> listArtifacts(HttpRequest<?> request, Principal caller) {
        var list = "artifacts of " + caller.organizationId();
        var wanted = Query.read(request, query -> new Wanted(select(query), paging.read(query, SORTS, list)));
        return paging.answer(
                wanted.page(),
                artifacts.list(caller, wanted.selection(), wanted.page()),
                list,
                ArtifactsController::shown);
    }

    private static Selection select(Query query) {
        var shelves = new ArrayList<Shelf>();
        var run = query.text("runId", 1, 255);
        if (run != null) {
            shelves.add(Artifact.ofRun(run));
        }
        var name = query.text("name", 1, 100);
        if (name != null) {
            shelves.add(Artifact.ofName(name));
        }
        shelves.addAll(Shelf.ofLabels(query));
        var type = query.text("type", 1, 50);
        if (type != null) {
            shelves.add(Artifact.ofType(type));
        }
        return new Selection(shelves, Set.of(), query.text("search", 1, 255));
    }

    @Post
    @NeedsScope("run:write")
    @Fails({
        ErrorCode.SANDBOX_NOT_FOUND,
        ErrorCode.SANDBOX_NOT_RUNNING,
        ErrorCode.FILE_NOT_FOUND,
        ErrorCode.FILE_TOO_LARGE,
        ErrorCode.NOT_A_FILE,
        ErrorCode.STORAGE_INSUFFICIENT,
        ErrorCode.RESOURCE_NOT_FOUND
    })
    @Audited("artifact.create")
    HttpResponse<ArtifactInfo> createArtifact(
            HttpRequest<?> request, Principal caller, @Body @Valid CreateArtifact wanted) {
        var artifact = artifacts.create(
                caller, wanted, IdempotencyKey.of(request, caller).orElse(null));
        return HttpResponse.created(shown(artifact), URI.create("/api/v1/artifacts/" + artifact.id()));
    }

    @Get("/{id}")
    @NeedsScope("run:read")
    @Fails(ErrorCode.RESOURCE_NOT_FOUND)
    ArtifactInfo getArtifact(Principal caller, String id) {
        return shown(artifacts.get(caller, id));
    }

    /** Never as something a browser would show: nobody knows what it is. */
    @Get("/{id}/content")
    @NeedsScope("run:read")
    @Fails(ErrorCode.RESOURCE_NOT_FOUND)
    HttpResponse<byte[]> getArtifactContent(Principal caller, String id) {
        var artifact = artifacts.get(caller, id);
        return HttpResponse.ok(artifacts.content(artifact))
                .contentType(MediaType.APPLICATION_OCTET_STREAM_TYPE)
                .header(HttpHeaders.CONTENT_DISPOSITION, Attachment.named(artifact.name()))
                .header("X-Content-Type-Options", "nosniff");
    }

    @Delete("/{id}")
    @NeedsScope("run:write")
    @Fails(ErrorCode.RESOURCE_NOT_FOUND)
    @Audited("artifact.delete")
    HttpResponse<?> deleteArtifact(Principal caller, String id) {
        artifacts.delete(caller, id);
        return HttpResponse.noContent();
    }

    private static ArtifactInfo shown(Artifact artifact) {
        return new ArtifactInfo(
                artifact.id(),
                artifact.name(),
                artifact.type(),
                artifact.version(),
                artifact.size(),
                artifact.sha256(),
                artifact.runId(),
                artifact.labels(),
                artifact.metadata(),
                artifact.createdBy(),
                artifact.createdAt());
    }
}
