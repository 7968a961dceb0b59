package dev.elevo.functions.lsp;

import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Excerpt;
import dev.elevo.contract.Failure;
import dev.elevo.contract.Ids;
import dev.elevo.contract.OperationResult;
import dev.elevo.contract.Page;
import dev.elevo.contract.RateClass;
import dev.elevo.contract.files.SandboxPath;
import dev.elevo.contract.lsp.ChangeDocument;
import dev.elevo.contract.lsp.ChangedDocument;
import dev.elevo.contract.lsp.CloseDocument;
import dev.elevo.contract.lsp.LspLanguage;
import dev.elevo.contract.lsp.LspServerInfo;
import dev.elevo.contract.lsp.OpenDocument;
import dev.elevo.contract.lsp.StartServer;
import dev.elevo.platform.audit.Audited;
import dev.elevo.platform.deployment.Deployment;
import dev.elevo.platform.identity.NeedsScope;
import dev.elevo.platform.identity.Principal;
import dev.elevo.platform.limits.RateLimited;
import dev.elevo.platform.openapi.Fails;
import dev.elevo.platform.paging.Query;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Delete;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Status;
import jakarta.validation.Valid;
import java.util.Map;

/** The servers themselves, and what a client tells one of them of the files it edits. */
@Controller("/api/v1/sandboxes/{id}/lsp/servers")
class ServerController {
    private static final String QUERIES = "files:read";
    private static final String EXEC = "sandbox:exec";
    private static final int DEFAULT_LIMIT = 20;
    private static final int MOST_LIMIT = 100;

    private final LspService servers;
    private final int timeMs;

    ServerController(LspService servers, Deployment deployment) {
        this.servers = servers;
        this.timeMs = deployment.maxWaitMs();
    }

    @Post
    @NeedsScope(EXEC)
    @Fails({
        ErrorCode.FILE_NOT_FOUND,
        ErrorCode.NOT_A_DIRECTORY,
        ErrorCode.LSP_INITIALIZATION_FAILED,
        ErrorCode.LSP_LANGUAGE_NOT_SUPPORTED,
        ErrorCode.RESOURCE_EXHAUSTED
    })
    @Audited("lsp.start")
    HttpResponse<LspServerInfo> startServer(Principal caller, String id, @Body @Valid StartServer body) {
        if (LspLanguage.named(body.language()).isEmpty()) {
            throw new Failure.Refused(
                            ErrorCode.LSP_LANGUAGE_NOT_SUPPORTED,
                            "There is no server for this language",
                            Map.of("language", body.language(), "supported", LspLanguage.ALL))
                    .asException();
        }
        SandboxPath.normal(body.projectPath());
        var started = servers.inside(caller, id, (sandboxId, agent) -> agent.start(sandboxId, body, timeMs));
        return HttpResponse.<LspServerInfo>status(started.created() ? HttpStatus.CREATED : HttpStatus.OK)
                .header(
                        HttpHeaders.LOCATION,
                        "/api/v1/sandboxes/" + id + "/lsp/servers/"
                                + started.server().id())
                .body(started.server());
    }

    /** So few that one page holds them all, unless somebody asks for smaller ones. */
    @Get
    @NeedsScope(QUERIES)
    Page<LspServerInfo> listServers(HttpRequest<?> request, Principal caller, String id) {
        var wanted = Query.read(
                request,
                query -> new Wanted(
                        query.has("page") || query.has("limit"),
                        query.integer("page", 1, 1, Integer.MAX_VALUE),
                        query.integer("limit", DEFAULT_LIMIT, 1, MOST_LIMIT)));
        // What was asked comes before what there is.
        var all = servers.inside(caller, id, (sandboxId, agent) -> agent.list(sandboxId));
        if (!wanted.isPart()) {
            return new Page<>(all, Page.Pagination.ofAll(all.size()));
        }
        var part = all.stream()
                .skip((wanted.page() - 1L) * wanted.limit())
                .limit(wanted.limit())
                .toList();
        return new Page<>(part, Page.Pagination.ofPage(wanted.page(), wanted.limit(), all.size()));
    }

    private record Wanted(boolean isPart, int page, int limit) {}

    @Get("/{serverId}")
    @NeedsScope(QUERIES)
    @Fails(ErrorCode.LSP_SERVER_NOT_FOUND)
    LspServerInfo getServer(Principal caller, String id, String serverId) {
        return servers.inside(caller, id, (sandboxId, agent) -> agent.get(sandboxId, checked(serverId)));
    }

    @Delete("/{serverId}")
    @NeedsScope(EXEC)
    @Fails(ErrorCode.LSP_SERVER_NOT_FOUND)
    @Audited("lsp.stop")
    @Status(HttpStatus.NO_CONTENT)
    void stopServer(Principal caller, String id, String serverId) {
        servers.inside(caller, id, (sandboxId, agent) -> {
            agent.stop(sandboxId, checked(serverId));
            return serverId;
        });
    }

    @Post("/{serverId}/didOpen")
    @NeedsScope(QUERIES)
    @Fails({
        ErrorCode.FILE_NOT_FOUND,
        ErrorCode.LSP_SERVER_NOT_FOUND,
        ErrorCode.LSP_SERVER_CRASHED,
        ErrorCode.LSP_REQUEST_FAILED,
        ErrorCode.LSP_TIMEOUT
    })
    @RateLimited(RateClass.WRITE)
    @Audited("lsp.open")
    OperationResult openDocument(Principal caller, String id, String serverId, @Body @Valid OpenDocument body) {
        return servers.inside(caller, id, (sandboxId, agent) -> {
            agent.open(sandboxId, checked(serverId), body, timeMs);
            return OperationResult.done("The file is open");
        });
    }

    @Post("/{serverId}/didClose")
    @NeedsScope(QUERIES)
    @Fails({
        ErrorCode.FILE_NOT_FOUND,
        ErrorCode.LSP_SERVER_NOT_FOUND,
        ErrorCode.LSP_SERVER_CRASHED,
        ErrorCode.LSP_REQUEST_FAILED,
        ErrorCode.LSP_TIMEOUT
    })
    @RateLimited(RateClass.WRITE)
    @Audited("lsp.close")
    OperationResult closeDocument(Principal caller, String id, String serverId, @Body @Valid CloseDocument body) {
        return servers.inside(caller, id, (sandboxId, agent) -> {
            agent.close(sandboxId, checked(serverId), body, timeMs);
            return OperationResult.done("The file is closed");
        });
    }

    @Post("/{serverId}/didChange")
    @NeedsScope(QUERIES)
    @Fails({
        ErrorCode.FILE_NOT_FOUND,
        ErrorCode.LSP_SERVER_NOT_FOUND,
        ErrorCode.LSP_SERVER_CRASHED,
        ErrorCode.LSP_REQUEST_FAILED,
        ErrorCode.LSP_TIMEOUT
    })
    @RateLimited(RateClass.WRITE)
    @Audited("lsp.change")
    ChangedDocument changeDocument(Principal caller, String id, String serverId, @Body @Valid ChangeDocument body) {
        return servers.inside(
                caller,
                id,
                (sandboxId, agent) -> new ChangedDocument(
                        true, "The file is changed", agent.change(sandboxId, checked(serverId), body, timeMs)));
    }

    /** What is no id cannot be one's, and does not belong into an address. Whose sandbox it is comes first. */
    private static String checked(String serverId) {
        if (!Ids.LANGUAGE_SERVER.matches(serverId)) {
            throw new Failure.Refused(
                            ErrorCode.LSP_SERVER_NOT_FOUND,
                            "There is no such language server",
                            Map.of("serverId", Excerpt.of(serverId)))
                    .asException();
        }
        return serverId;
    }
}
