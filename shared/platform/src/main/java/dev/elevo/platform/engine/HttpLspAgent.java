package dev.elevo.platform.engine;

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
import dev.elevo.platform.engine.AgentConnection.Call;
import io.micronaut.context.annotation.Secondary;
import io.micronaut.core.type.Argument;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The agent's language servers over HTTP. */
@Singleton
@Secondary
final class HttpLspAgent implements LspAgent {
    private static final Duration QUICK = Duration.ofSeconds(5);

    /** For the call itself, besides the time that the server has. */
    private static final Duration MARGIN = Duration.ofSeconds(3);

    private final AgentConnection agent;

    HttpLspAgent(AgentConnection agent) {
        this.agent = agent;
    }

    @Override
    public StartedServer start(String sandboxId, StartServer request, int timeMs) {
        var call = new Call(
                sandboxId,
                Operation.PROCESS,
                "POST",
                servers(sandboxId, "?timeMs=" + timeMs),
                MARGIN.plusMillis(timeMs));
        return agent.send(call, request, Argument.of(StartedServer.class));
    }

    @Override
    public List<LspServerInfo> list(String sandboxId) {
        var call = new Call(sandboxId, Operation.FILES_READ, "GET", servers(sandboxId, ""), QUICK);
        return agent.send(call, null, Argument.listOf(LspServerInfo.class));
    }

    @Override
    public LspServerInfo get(String sandboxId, String serverId) {
        var call = new Call(sandboxId, Operation.FILES_READ, "GET", servers(sandboxId, "/" + serverId), QUICK);
        return agent.send(call, null, Argument.of(LspServerInfo.class));
    }

    @Override
    public void stop(String sandboxId, String serverId) {
        var call = new Call(sandboxId, Operation.PROCESS, "DELETE", servers(sandboxId, "/" + serverId), QUICK);
        agent.send(call, null, Map.of());
    }

    @Override
    public void open(String sandboxId, String serverId, OpenDocument request, int timeMs) {
        tell(sandboxId, serverId, "didOpen", request, timeMs);
    }

    @Override
    public void close(String sandboxId, String serverId, CloseDocument request, int timeMs) {
        tell(sandboxId, serverId, "didClose", request, timeMs);
    }

    /** Never repeated by itself: what was inserted once would stand there twice. */
    @Override
    public int change(String sandboxId, String serverId, ChangeDocument request, int timeMs) {
        var call = query(sandboxId, servers(sandboxId, "/" + serverId + "/didChange"), timeMs);
        return agent.read(agent.sendOnce(call, request), Argument.of(Integer.class));
    }

    private void tell(String sandboxId, String serverId, String what, Object request, int timeMs) {
        agent.send(query(sandboxId, servers(sandboxId, "/" + serverId + "/" + what), timeMs), request, Map.of());
    }

    private static String servers(String sandboxId, String suffix) {
        return AgentPaths.LSP_SERVERS.replace("{sandboxId}", sandboxId) + suffix;
    }

    private static Call query(String sandboxId, String path, int timeMs) {
        return new Call(sandboxId, Operation.FILES_READ, "POST", path + "?timeMs=" + timeMs, MARGIN.plusMillis(timeMs));
    }

    private <T> T ask(String sandboxId, String what, Object request, int timeMs, Class<T> answer) {
        var path = AgentPaths.LSP.replace("{sandboxId}", sandboxId) + "/" + what;
        return agent.send(query(sandboxId, path, timeMs), request, Argument.of(answer));
    }

    @Override
    public Symbols documentSymbols(String sandboxId, DocumentQuery query, int timeMs) {
        return ask(sandboxId, "symbols/document", query, timeMs, Symbols.class);
    }

    @Override
    public Symbols workspaceSymbols(String sandboxId, WorkspaceSymbolQuery query, int timeMs) {
        return ask(sandboxId, "symbols/workspace", query, timeMs, Symbols.class);
    }

    @Override
    public CompletionList completion(String sandboxId, CompletionQuery query, int timeMs) {
        return ask(sandboxId, "completion", query, timeMs, CompletionList.class);
    }

    @Override
    public Hover hover(String sandboxId, PositionQuery query, int timeMs) {
        return ask(sandboxId, "hover", query, timeMs, Hover.class);
    }

    @Override
    public Locations definition(String sandboxId, PositionQuery query, int timeMs) {
        return ask(sandboxId, "definition", query, timeMs, Locations.class);
    }

    @Override
    public Locations references(String sandboxId, ReferencesQuery query, int timeMs) {
        return ask(sandboxId, "references", query, timeMs, Locations.class);
    }

    @Override
    public Diagnostics diagnostics(String sandboxId, DocumentQuery query, int timeMs) {
        return ask(sandboxId, "diagnostics", query, timeMs, Diagnostics.class);
    }

    @Override
    public WorkspaceEdit rename(String sandboxId, RenameQuery query, int timeMs) {
        return ask(sandboxId, "rename", query, timeMs, WorkspaceEdit.class);
    }

    @Override
    public CodeActions codeActions(String sandboxId, CodeActionQuery query, int timeMs) {
        return ask(sandboxId, "codeAction", query, timeMs, CodeActions.class);
    }

    @Override
    public TextEdits format(String sandboxId, FormatQuery query, int timeMs) {
        return ask(sandboxId, "format", query, timeMs, TextEdits.class);
    }

    @Override
    public SignatureAnswer signatureHelp(String sandboxId, PositionQuery query, int timeMs) {
        return ask(sandboxId, "signatureHelp", query, timeMs, SignatureAnswer.class);
    }
}
