package dev.elevo.functions.runs;

import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Page;
import dev.elevo.contract.run.CreateRun;
import dev.elevo.contract.run.FinishRun;
import dev.elevo.contract.run.RunInfo;
import dev.elevo.contract.run.RunStatus;
import dev.elevo.platform.audit.Audited;
import dev.elevo.platform.idempotency.IdempotencyKey;
import dev.elevo.platform.identity.NeedsScope;
import dev.elevo.platform.identity.Principal;
import dev.elevo.platform.openapi.Fails;
import dev.elevo.platform.paging.PageQuery;
import dev.elevo.platform.paging.Paging;
import dev.elevo.platform.paging.Query;
import dev.elevo.platform.paging.SortOptions;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Delete;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import jakarta.validation.Valid;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

@Controller("/api/v1/runs")
class RunsController {
    private static final SortOptions SORTS = new SortOptions(Run.ORDERS);
    private static final List<String> STATUSES =
            Stream.of(RunStatus.values()).map(RunStatus::label).toList();

    private final RunService runs;
    private final Documents documents;
    private final Paging paging;

    RunsController(RunService runs, Documents documents, Paging paging) {
        this.runs = runs;
        this.documents = documents;
        this.paging = paging;
    }

    private record Wanted(Selection selection, PageQuery page) {}

    @Get
    @NeedsScope("run:read")
    Page<RunInfo> listRuns(HttpRequest<?> request, Principal caller) {
        var list = "runs of " + caller.organizationId();
        var wanted = Query.read(request, query -> new Wanted(select(query), paging.read(query, SORTS, list)));
        return paging.answer(wanted.page(), runs.list(caller, wanted.selection(), wanted.page()), list, this::shown);
    }

    private static Selection select(Query query) {
        var shelves = new ArrayList<Shelf>();
        var sandbox = query.text("sandboxId", 1, 255);
        if (sandbox != null) {
            shelves.add(Run.ofSandbox(sandbox));
        }
        shelves.addAll(Shelf.ofLabels(query));
        var project = query.text("project", 1, 100);
        if (project != null) {
            shelves.add(Run.ofProject(project));
        }
        return new Selection(shelves, Set.copyOf(query.words("status", STATUSES)), query.text("search", 1, 255));
    }

    @Post
    @NeedsScope("run:write")
    @Fails(ErrorCode.SANDBOX_NOT_FOUND)
    @Audited("run.create")
    HttpResponse<RunInfo> createRun(HttpRequest<?> request, Principal caller, @Body @Valid CreateRun wanted) {
        var run = runs.create(caller, wanted, IdempotencyKey.of(request, caller).orElse(null));
        return HttpResponse.created(shown(run), URI.create("/api/v1/runs/" + run.id()));
    }

    @Get("/{id}")
    @NeedsScope("run:read")
    @Fails(ErrorCode.RESOURCE_NOT_FOUND)
    RunInfo getRun(Principal caller, String id) {
        return shown(runs.get(caller, id));
    }

    @Delete("/{id}")
    @NeedsScope("run:write")
    @Fails(ErrorCode.RESOURCE_NOT_FOUND)
    @Audited("run.delete")
    HttpResponse<?> deleteRun(Principal caller, String id) {
        runs.delete(caller, id);
        return HttpResponse.noContent();
    }

    @Post("/{id}/finish")
    @NeedsScope("run:write")
    @Fails(ErrorCode.RESOURCE_NOT_FOUND)
    @Audited("run.finish")
    RunInfo finishRun(Principal caller, String id, @Body @Valid FinishRun wanted) {
        return shown(runs.finish(caller, id, wanted));
    }

    private RunInfo shown(Run run) {
        var summary = run.summary();
        return new RunInfo(
                run.id(),
                run.name(),
                run.project(),
                run.status(),
                run.sandboxId(),
                documents.object(run.params()),
                summary == null ? null : documents.object(summary),
                run.labels(),
                run.createdBy(),
                run.createdAt(),
                run.finishedAt());
    }
}
