package dev.elevo.functions.files;

import dev.elevo.contract.ApiException;
import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import dev.elevo.contract.Page;
import dev.elevo.contract.agent.FileList;
import dev.elevo.contract.agent.ListFiles;
import dev.elevo.contract.agent.StatFile;
import dev.elevo.contract.files.Existence;
import dev.elevo.contract.files.FileInfo;
import dev.elevo.contract.files.FileType;
import dev.elevo.contract.files.SandboxPath;
import dev.elevo.platform.identity.NeedsScope;
import dev.elevo.platform.identity.Principal;
import dev.elevo.platform.openapi.Fails;
import dev.elevo.platform.paging.Query;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What there is, and what is known of it. */
@Controller("/api/v1/sandboxes/{id}/files")
class LookController {
    private static final List<String> SORTS = List.of("name", "size", "modifiedAt", "type");
    private static final List<String> ORDERS = List.of("asc", "desc");
    private static final List<String> TYPES =
            Stream.of(FileType.values()).map(FileType::label).toList();
    private static final int DEFAULT_LIMIT = 20;
    private static final int MOST_LIMIT = 100;
    /** Of a list that is not paged; more would not go into an answer. */
    private static final int MOST_AT_ONCE = 20_000;

    private final FilesService files;

    LookController(FilesService files) {
        this.files = files;
    }

    /** @param limit 0 is all at once */
    private record Wanted(ListFiles query, int page, int limit) {}

    @Get
    @NeedsScope("files:read")
    @Fails({ErrorCode.FILE_NOT_FOUND, ErrorCode.NOT_A_DIRECTORY})
    Page<FileInfo> listFiles(HttpRequest<?> request, Principal caller, String id) {
        var wanted = Query.read(request, LookController::wanted);
        return page(wanted, files.inside(caller, id, (sandboxId, agent) -> agent.list(sandboxId, wanted.query())));
    }

    private static Wanted wanted(Query query) {
        var paged = query.has("page") || query.has("limit");
        var page = query.integer("page", 1, 1, Integer.MAX_VALUE);
        var limit = paged ? query.integer("limit", DEFAULT_LIMIT, 1, MOST_LIMIT) : 0;
        var path = query.text("path");
        var type = query.oneOf("type", TYPES);
        var sortBy = query.oneOf("sort_by", SORTS);
        return new Wanted(
                new ListFiles(
                        path == null ? null : SandboxPath.normal(path),
                        query.integer("depth", 1, -1, Integer.MAX_VALUE),
                        type == null ? null : FileType.labelled(type).orElse(null),
                        query.bool("includeHidden", true),
                        sortBy == null ? "name" : sortBy,
                        "desc".equals(query.oneOf("sort_order", ORDERS)),
                        (page - 1L) * limit,
                        paged ? limit : MOST_AT_ONCE,
                        FileQuery.user(query)),
                page,
                limit);
    }

    private static Page<FileInfo> page(Wanted wanted, FileList found) {
        if (wanted.limit() > 0) {
            return new Page<>(found.files(), Page.Pagination.ofPage(wanted.page(), wanted.limit(), found.total()));
        }
        if (found.total() > found.files().size()) {
            throw Failure.Invalid.field(
                            "limit",
                            "is needed for a list of " + found.total() + "; ask for one page after the other",
                            null)
                    .asException();
        }
        return new Page<>(found.files(), Page.Pagination.ofAll(found.files().size()));
    }

    @Get("/stat")
    @NeedsScope("files:read")
    @Fails(ErrorCode.FILE_NOT_FOUND)
    FileInfo statFile(HttpRequest<?> request, Principal caller, String id) {
        var wanted = Query.read(
                request,
                query -> new StatFile(query.path(), query.bool("followSymlinks", true), FileQuery.user(query)));
        return files.inside(caller, id, (sandboxId, agent) -> agent.stat(sandboxId, wanted));
    }

    /** Of the name itself: a link that leads nowhere is there. */
    @Get("/exists")
    @NeedsScope("files:read")
    Existence fileExists(HttpRequest<?> request, Principal caller, String id) {
        var wanted = Query.read(request, query -> new StatFile(query.path(), false, FileQuery.user(query)));
        var found = files.inside(caller, id, (sandboxId, agent) -> {
            try {
                return new Found(agent.stat(sandboxId, wanted));
            } catch (ApiException e) {
                if (e.failure().code() == ErrorCode.FILE_NOT_FOUND) {
                    return new Found(null);
                }
                throw e;
            }
        });
        var file = found.file();
        return new Existence(wanted.path(), file != null, file == null ? null : file.type());
    }

    private record Found(@Nullable FileInfo file) {}
}
