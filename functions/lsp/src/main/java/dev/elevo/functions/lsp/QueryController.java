package dev.elevo.functions.lsp;

import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.RateClass;
import dev.elevo.contract.lsp.CodeActionQuery;
import dev.elevo.contract.lsp.CodeActions;
import dev.elevo.contract.lsp.CompletionList;
import dev.elevo.contract.lsp.CompletionQuery;
import dev.elevo.contract.lsp.Diagnostics;
import dev.elevo.contract.lsp.DocumentQuery;
import dev.elevo.contract.lsp.FormatQuery;
import dev.elevo.contract.lsp.Hover;
import dev.elevo.contract.lsp.Locations;
import dev.elevo.contract.lsp.PositionQuery;
import dev.elevo.contract.lsp.ReferencesQuery;
import dev.elevo.contract.lsp.RenameQuery;
import dev.elevo.contract.lsp.SignatureAnswer;
import dev.elevo.contract.lsp.Symbols;
import dev.elevo.contract.lsp.TextEdits;
import dev.elevo.contract.lsp.WorkspaceEdit;
import dev.elevo.contract.lsp.WorkspaceSymbolQuery;
import dev.elevo.platform.audit.Audited;
import dev.elevo.platform.deployment.Deployment;
import dev.elevo.platform.identity.NeedsScope;
import dev.elevo.platform.identity.Principal;
import dev.elevo.platform.limits.RateLimited;
import dev.elevo.platform.openapi.Fails;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Post;
import jakarta.validation.Valid;

/** What a language server knows. A query has as much time as any request waits, and no more than 30 s. */
@Controller("/api/v1/sandboxes/{id}/lsp")
class QueryController {
    private static final String SCOPE = "files:read";
    private static final int MOST_MS = 30_000;

    private final LspService servers;
    private final int timeMs;

    QueryController(LspService servers, Deployment deployment) {
        this.servers = servers;
        this.timeMs = Math.min(deployment.maxWaitMs(), MOST_MS);
    }

    @Post("/symbols/document")
    @NeedsScope(SCOPE)
    @Fails({
        ErrorCode.FILE_NOT_FOUND,
        ErrorCode.LSP_SERVER_NOT_FOUND,
        ErrorCode.LSP_SERVER_CRASHED,
        ErrorCode.LSP_REQUEST_FAILED,
        ErrorCode.LSP_TIMEOUT
    })
    @RateLimited(RateClass.READ)
    @Audited(value = "lsp.symbols", looksOnly = true)
    Symbols findDocumentSymbols(Principal caller, String id, @Body @Valid DocumentQuery body) {
        return servers.inside(caller, id, (sandboxId, agent) -> agent.documentSymbols(sandboxId, body, timeMs));
    }

    @Post("/symbols/workspace")
    @NeedsScope(SCOPE)
    @Fails({
        ErrorCode.LSP_SERVER_NOT_FOUND,
        ErrorCode.LSP_SERVER_CRASHED,
        ErrorCode.LSP_REQUEST_FAILED,
        ErrorCode.LSP_TIMEOUT
    })
    @RateLimited(RateClass.READ)
    @Audited(value = "lsp.symbols", looksOnly = true)
    Symbols findWorkspaceSymbols(Principal caller, String id, @Body @Valid WorkspaceSymbolQuery body) {
        return servers.inside(caller, id, (sandboxId, agent) -> agent.workspaceSymbols(sandboxId, body, timeMs));
    }

    @Post("/completion")
    @NeedsScope(SCOPE)
    @Fails({
        ErrorCode.FILE_NOT_FOUND,
        ErrorCode.LSP_SERVER_NOT_FOUND,
        ErrorCode.LSP_SERVER_CRASHED,
        ErrorCode.LSP_REQUEST_FAILED,
        ErrorCode.LSP_TIMEOUT
    })
    @RateLimited(RateClass.READ)
    @Audited(value = "lsp.completion", looksOnly = true)
    CompletionList complete(Principal caller, String id, @Body @Valid CompletionQuery body) {
        return servers.inside(caller, id, (sandboxId, agent) -> agent.completion(sandboxId, body, timeMs));
    }

    @Post("/hover")
    @NeedsScope(SCOPE)
    @Fails({
        ErrorCode.FILE_NOT_FOUND,
        ErrorCode.LSP_SERVER_NOT_FOUND,
        ErrorCode.LSP_SERVER_CRASHED,
        ErrorCode.LSP_REQUEST_FAILED,
        ErrorCode.LSP_TIMEOUT
    })
    @RateLimited(RateClass.READ)
    @Audited(value = "lsp.hover", looksOnly = true)
    Hover hover(Principal caller, String id, @Body @Valid PositionQuery body) {
        return servers.inside(caller, id, (sandboxId, agent) -> agent.hover(sandboxId, body, timeMs));
    }

    @Post("/definition")
    @NeedsScope(SCOPE)
    @Fails({
        ErrorCode.FILE_NOT_FOUND,
        ErrorCode.LSP_SERVER_NOT_FOUND,
        ErrorCode.LSP_SERVER_CRASHED,
        ErrorCode.LSP_REQUEST_FAILED,
        ErrorCode.LSP_TIMEOUT
    })
    @RateLimited(RateClass.READ)
    @Audited(value = "lsp.definition", looksOnly = true)
    Locations findDefinition(Principal caller, String id, @Body @Valid PositionQuery body) {
        return servers.inside(caller, id, (sandboxId, agent) -> agent.definition(sandboxId, body, timeMs));
    }

    @Post("/references")
    @NeedsScope(SCOPE)
    @Fails({
        ErrorCode.FILE_NOT_FOUND,
        ErrorCode.LSP_SERVER_NOT_FOUND,
        ErrorCode.LSP_SERVER_CRASHED,
        ErrorCode.LSP_REQUEST_FAILED,
        ErrorCode.LSP_TIMEOUT
    })
    @RateLimited(RateClass.READ)
    @Audited(value = "lsp.references", looksOnly = true)
    Locations findReferences(Principal caller, String id, @Body @Valid ReferencesQuery body) {
        return servers.inside(caller, id, (sandboxId, agent) -> agent.references(sandboxId, body, timeMs));
    }

    @Post("/diagnostics")
    @NeedsScope(SCOPE)
    @Fails({
        ErrorCode.FILE_NOT_FOUND,
        ErrorCode.LSP_SERVER_NOT_FOUND,
        ErrorCode.LSP_SERVER_CRASHED,
        ErrorCode.LSP_REQUEST_FAILED,
        ErrorCode.LSP_TIMEOUT
    })
    @RateLimited(RateClass.READ)
    @Audited(value = "lsp.diagnostics", looksOnly = true)
    Diagnostics diagnose(Principal caller, String id, @Body @Valid DocumentQuery body) {
        return servers.inside(caller, id, (sandboxId, agent) -> agent.diagnostics(sandboxId, body, timeMs));
    }

    @Post("/rename")
    @NeedsScope(SCOPE)
    @Fails({
        ErrorCode.FILE_NOT_FOUND,
        ErrorCode.LSP_SERVER_NOT_FOUND,
        ErrorCode.LSP_SERVER_CRASHED,
        ErrorCode.LSP_REQUEST_FAILED,
        ErrorCode.LSP_TIMEOUT
    })
    @RateLimited(RateClass.READ)
    @Audited(value = "lsp.rename", looksOnly = true)
    WorkspaceEdit renameSymbol(Principal caller, String id, @Body @Valid RenameQuery body) {
        return servers.inside(caller, id, (sandboxId, agent) -> agent.rename(sandboxId, body, timeMs));
    }

    @Post("/codeAction")
    @NeedsScope(SCOPE)
    @Fails({
        ErrorCode.FILE_NOT_FOUND,
        ErrorCode.LSP_SERVER_NOT_FOUND,
        ErrorCode.LSP_SERVER_CRASHED,
        ErrorCode.LSP_REQUEST_FAILED,
        ErrorCode.LSP_TIMEOUT
    })
    @RateLimited(RateClass.READ)
    @Audited(value = "lsp.codeAction", looksOnly = true)
    CodeActions findCodeActions(Principal caller, String id, @Body @Valid CodeActionQuery body) {
        return servers.inside(caller, id, (sandboxId, agent) -> agent.codeActions(sandboxId, body, timeMs));
    }

    @Post("/format")
    @NeedsScope(SCOPE)
    @Fails({
        ErrorCode.FILE_NOT_FOUND,
        ErrorCode.LSP_SERVER_NOT_FOUND,
        ErrorCode.LSP_SERVER_CRASHED,
        ErrorCode.LSP_REQUEST_FAILED,
        ErrorCode.LSP_TIMEOUT
    })
    @RateLimited(RateClass.READ)
    @Audited(value = "lsp.format", looksOnly = true)
    TextEdits formatDocument(Principal caller, String id, @Body @Valid FormatQuery body) {
        return servers.inside(caller, id, (sandboxId, agent) -> agent.format(sandboxId, body, timeMs));
    }

    @Post("/signatureHelp")
    @NeedsScope(SCOPE)
    @Fails({
        ErrorCode.FILE_NOT_FOUND,
        ErrorCode.LSP_SERVER_NOT_FOUND,
        ErrorCode.LSP_SERVER_CRASHED,
        ErrorCode.LSP_REQUEST_FAILED,
        ErrorCode.LSP_TIMEOUT
    })
    @RateLimited(RateClass.READ)
    @Audited(value = "lsp.signatureHelp", looksOnly = true)
    SignatureAnswer helpWithSignature(Principal caller, String id, @Body @Valid PositionQuery body) {
        return servers.inside(caller, id, (sandboxId, agent) -> agent.signatureHelp(sandboxId, body, timeMs));
    }
}
