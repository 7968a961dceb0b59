package dev.elevo.agent.http;

import dev.elevo.contract.agent.AgentPaths;
import dev.elevo.contract.agent.LspAgent;
import dev.elevo.contract.agent.Operation;
import dev.elevo.contract.agent.StartedServer;
import dev.elevo.contract.lsp.ChangeDocument;
import dev.elevo.contract.lsp.CloseDocument;
import dev.elevo.contract.lsp.CodeActionQuery;
import dev.elevo.contract.lsp.CodeActions;
import dev.elevo.contract.lsp.CompletionList;
import dev.elevo.contract.lsp.CompletionQuery;
import dev.elevo.contract.lsp.Diagnostics;
import dev.elevo.contract.lsp.DocumentQuery;
import dev.elevo.contract.lsp.FormatQuery;
import dev.elevo.contract.lsp.Hover;
import dev.elevo.contract.lsp.Locations;
import dev.elevo.contract.lsp.LspServerInfo;
import dev.elevo.contract.lsp.OpenDocument;
import dev.elevo.contract.lsp.PositionQuery;
import dev.elevo.contract.lsp.ReferencesQuery;
import dev.elevo.contract.lsp.RenameQuery;
import dev.elevo.contract.lsp.SignatureAnswer;
import dev.elevo.contract.lsp.StartServer;
import dev.elevo.contract.lsp.Symbols;
import dev.elevo.contract.lsp.TextEdits;
import dev.elevo.contract.lsp.WorkspaceEdit;
import dev.elevo.contract.lsp.WorkspaceSymbolQuery;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Delete;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Header;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.http.annotation.Status;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Language servers inside one sandbox. Starting and stopping one is a right over processes, asking one a right to read files. */
@Controller(AgentPaths.LSP)
@ExecuteOn(TaskExecutors.BLOCKING)
final class LspController {
    private final Gate gate;
    private final LspAgent servers;

    LspController(Gate gate, LspAgent servers) {
        this.gate = gate;
        this.servers = servers;
    }

    @Post("/servers")
    StartedServer startServer(
            @Header(AgentPaths.CAPABILITY_HEADER) @Nullable String capability,
            String sandboxId,
            @QueryValue int timeMs,
            @Body StartServer request) {
        gate.admit(capability, sandboxId, Operation.PROCESS);
        return servers.start(sandboxId, request, timeMs);
    }

    @Get("/servers")
    List<LspServerInfo> listServers(
            @Header(AgentPaths.CAPABILITY_HEADER) @Nullable String capability, String sandboxId) {
        gate.admit(capability, sandboxId, Operation.FILES_READ);
        return servers.list(sandboxId);
    }

    @Get("/servers/{serverId}")
    LspServerInfo getServer(
            @Header(AgentPaths.CAPABILITY_HEADER) @Nullable String capability, String sandboxId, String serverId) {
        gate.admit(capability, sandboxId, Operation.FILES_READ);
        return servers.get(sandboxId, serverId);
    }

    @Delete("/servers/{serverId}")
    @Status(HttpStatus.NO_CONTENT)
    void stopServer(
            @Header(AgentPaths.CAPABILITY_HEADER) @Nullable String capability, String sandboxId, String serverId) {
        gate.admit(capability, sandboxId, Operation.PROCESS);
        servers.stop(sandboxId, serverId);
    }

    @Post("/servers/{serverId}/didOpen")
    @Status(HttpStatus.NO_CONTENT)
    void openDocument(
            @Header(AgentPaths.CAPABILITY_HEADER) @Nullable String capability,
            String sandboxId,
            String serverId,
            @QueryValue int timeMs,
            @Body OpenDocument request) {
        gate.admit(capability, sandboxId, Operation.FILES_READ);
        servers.open(sandboxId, serverId, request, timeMs);
    }

    @Post("/servers/{serverId}/didClose")
    @Status(HttpStatus.NO_CONTENT)
    void closeDocument(
            @Header(AgentPaths.CAPABILITY_HEADER) @Nullable String capability,
            String sandboxId,
            String serverId,
            @QueryValue int timeMs,
            @Body CloseDocument request) {
        gate.admit(capability, sandboxId, Operation.FILES_READ);
        servers.close(sandboxId, serverId, request, timeMs);
    }

    @Post("/servers/{serverId}/didChange")
    Integer changeDocument(
            @Header(AgentPaths.CAPABILITY_HEADER) @Nullable String capability,
            String sandboxId,
            String serverId,
            @QueryValue int timeMs,
            @Body ChangeDocument request) {
        gate.admit(capability, sandboxId, Operation.FILES_READ);
        return servers.change(sandboxId, serverId, request, timeMs);
    }

    @Post("/symbols/document")
    Symbols findDocumentSymbols(
            @Header(AgentPaths.CAPABILITY_HEADER) @Nullable String capability,
            String sandboxId,
            @QueryValue int timeMs,
            @Body DocumentQuery query) {
        gate.admit(capability, sandboxId, Operation.FILES_READ);
        return servers.documentSymbols(sandboxId, query, timeMs);
    }

    @Post("/symbols/workspace")
    Symbols findWorkspaceSymbols(
            @Header(AgentPaths.CAPABILITY_HEADER) @Nullable String capability,
            String sandboxId,
            @QueryValue int timeMs,
            @Body WorkspaceSymbolQuery query) {
        gate.admit(capability, sandboxId, Operation.FILES_READ);
        return servers.workspaceSymbols(sandboxId, query, timeMs);
    }

    @Post("/completion")
    CompletionList complete(
            @Header(AgentPaths.CAPABILITY_HEADER) @Nullable String capability,
            String sandboxId,
            @QueryValue int timeMs,
            @Body CompletionQuery query) {
        gate.admit(capability, sandboxId, Operation.FILES_READ);
        return servers.completion(sandboxId, query, timeMs);
    }

    @Post("/hover")
    Hover hover(
            @Header(AgentPaths.CAPABILITY_HEADER) @Nullable String capability,
            String sandboxId,
            @QueryValue int timeMs,
            @Body PositionQuery query) {
        gate.admit(capability, sandboxId, Operation.FILES_READ);
        return servers.hover(sandboxId, query, timeMs);
    }

    @Post("/definition")
    Locations findDefinition(
            @Header(AgentPaths.CAPABILITY_HEADER) @Nullable String capability,
            String sandboxId,
            @QueryValue int timeMs,
            @Body PositionQuery query) {
        gate.admit(capability, sandboxId, Operation.FILES_READ);
        return servers.definition(sandboxId, query, timeMs);
    }

    @Post("/references")
    Locations findReferences(
            @Header(AgentPaths.CAPABILITY_HEADER) @Nullable String capability,
            String sandboxId,
            @QueryValue int timeMs,
            @Body ReferencesQuery query) {
        gate.admit(capability, sandboxId, Operation.FILES_READ);
        return servers.references(sandboxId, query, timeMs);
    }

    @Post("/diagnostics")
    Diagnostics diagnose(
            @Header(AgentPaths.CAPABILITY_HEADER) @Nullable String capability,
            String sandboxId,
            @QueryValue int timeMs,
            @Body DocumentQuery query) {
        gate.admit(capability, sandboxId, Operation.FILES_READ);
        return servers.diagnostics(sandboxId, query, timeMs);
    }

    @Post("/rename")
    WorkspaceEdit renameSymbol(
            @Header(AgentPaths.CAPABILITY_HEADER) @Nullable String capability,
            String sandboxId,
            @QueryValue int timeMs,
            @Body RenameQuery query) {
        gate.admit(capability, sandboxId, Operation.FILES_READ);
        return servers.rename(sandboxId, query, timeMs);
    }

    @Post("/codeAction")
    CodeActions findCodeActions(
            @Header(AgentPaths.CAPABILITY_HEADER) @Nullable String capability,
            String sandboxId,
            @QueryValue int timeMs,
            @Body CodeActionQuery query) {
        gate.admit(capability, sandboxId, Operation.FILES_READ);
        return servers.codeActions(sandboxId, query, timeMs);
    }

    @Post("/format")
    TextEdits formatDocument(
            @Header(AgentPaths.CAPABILITY_HEADER) @Nullable String capability,
            String sandboxId,
            @QueryValue int timeMs,
            @Body FormatQuery query) {
        gate.admit(capability, sandboxId, Operation.FILES_READ);
        return servers.format(sandboxId, query, timeMs);
    }

    @Post("/signatureHelp")
    SignatureAnswer helpWithSignature(
            @Header(AgentPaths.CAPABILITY_HEADER) @Nullable String capability,
            String sandboxId,
            @QueryValue int timeMs,
            @Body PositionQuery query) {
        gate.admit(capability, sandboxId, Operation.FILES_READ);
        return servers.signatureHelp(sandboxId, query, timeMs);
    }
}
