package dev.elevo.contract.agent;

import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import dev.elevo.contract.Ids;
import dev.elevo.contract.lsp.ChangeDocument;
import dev.elevo.contract.lsp.CloseDocument;
import dev.elevo.contract.lsp.CodeActionQuery;
import dev.elevo.contract.lsp.CodeActions;
import dev.elevo.contract.lsp.CompletionList;
import dev.elevo.contract.lsp.CompletionQuery;
import dev.elevo.contract.lsp.Diagnostic;
import dev.elevo.contract.lsp.Diagnostics;
import dev.elevo.contract.lsp.DocumentQuery;
import dev.elevo.contract.lsp.FormatQuery;
import dev.elevo.contract.lsp.Hover;
import dev.elevo.contract.lsp.HoverInfo;
import dev.elevo.contract.lsp.Location;
import dev.elevo.contract.lsp.Locations;
import dev.elevo.contract.lsp.LspServerInfo;
import dev.elevo.contract.lsp.OpenDocument;
import dev.elevo.contract.lsp.Position;
import dev.elevo.contract.lsp.PositionQuery;
import dev.elevo.contract.lsp.Range;
import dev.elevo.contract.lsp.ReferencesQuery;
import dev.elevo.contract.lsp.RenameQuery;
import dev.elevo.contract.lsp.SignatureAnswer;
import dev.elevo.contract.lsp.StartServer;
import dev.elevo.contract.lsp.Symbol;
import dev.elevo.contract.lsp.Symbols;
import dev.elevo.contract.lsp.TextEdit;
import dev.elevo.contract.lsp.TextEdits;
import dev.elevo.contract.lsp.WorkspaceEdit;
import dev.elevo.contract.lsp.WorkspaceSymbolQuery;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Language servers that say the same of every file: there is an {@code x} at its beginning. For the tests of whoever calls an agent. */
public final class InMemoryLanguageServers implements LspAgent {
    private static final Range RANGE = new Range(new Position(0, 0), new Position(0, 1));

    private final InstantSource clock;
    private final Map<String, LspServerInfo> servers = new ConcurrentHashMap<>();

    public InMemoryLanguageServers(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public StartedServer start(String sandboxId, StartServer request, int timeMs) {
        for (var server : servers.values()) {
            if (server.language().equals(request.language())
                    && server.projectPath().equals(request.projectPath())) {
                return new StartedServer(server, false);
            }
        }
        var now = clock.instant();
        var made = new LspServerInfo(
                Ids.LANGUAGE_SERVER.random(), request.language(), request.projectPath(), "fake", null, true, now, now);
        servers.put(made.id(), made);
        return new StartedServer(made, true);
    }

    @Override
    public List<LspServerInfo> list(String sandboxId) {
        return List.copyOf(servers.values());
    }

    @Override
    public LspServerInfo get(String sandboxId, String serverId) {
        var server = servers.get(serverId);
        if (server == null) {
            throw new Failure.Refused(ErrorCode.LSP_SERVER_NOT_FOUND, "No such server").asException();
        }
        return server;
    }

    @Override
    public void stop(String sandboxId, String serverId) {
        servers.remove(get(sandboxId, serverId).id());
    }

    @Override
    public void open(String sandboxId, String serverId, OpenDocument request, int timeMs) {
        get(sandboxId, serverId);
    }

    @Override
    public void close(String sandboxId, String serverId, CloseDocument request, int timeMs) {
        get(sandboxId, serverId);
    }

    @Override
    public int change(String sandboxId, String serverId, ChangeDocument request, int timeMs) {
        get(sandboxId, serverId);
        return request.version() == null ? 2 : request.version();
    }

    private static Location at(String path) {
        return new Location("file://" + path, RANGE);
    }

    private static Symbol symbol(String path) {
        return new Symbol("x", 13, "Variable", null, at(path), null, null, null, null);
    }

    @Override
    public Symbols documentSymbols(String sandboxId, DocumentQuery query, int timeMs) {
        return new Symbols(List.of(symbol(query.path())));
    }

    @Override
    public Symbols workspaceSymbols(String sandboxId, WorkspaceSymbolQuery query, int timeMs) {
        return new Symbols(List.of(symbol("/x")));
    }

    @Override
    public CompletionList completion(String sandboxId, CompletionQuery query, int timeMs) {
        return new CompletionList(false, List.of());
    }

    @Override
    public Hover hover(String sandboxId, PositionQuery query, int timeMs) {
        return new Hover(query.position().line() == 0 ? new HoverInfo("x", RANGE) : null);
    }

    @Override
    public Locations definition(String sandboxId, PositionQuery query, int timeMs) {
        return new Locations(List.of(at(query.path())));
    }

    @Override
    public Locations references(String sandboxId, ReferencesQuery query, int timeMs) {
        return new Locations(List.of(at(query.path())));
    }

    @Override
    public Diagnostics diagnostics(String sandboxId, DocumentQuery query, int timeMs) {
        return new Diagnostics(List.of(new Diagnostic(RANGE, 1, "Error", "odd", null, 7, null, null, null)));
    }

    @Override
    public WorkspaceEdit rename(String sandboxId, RenameQuery query, int timeMs) {
        return new WorkspaceEdit(Map.of(at(query.path()).uri(), List.of(new TextEdit(RANGE, query.newName()))));
    }

    @Override
    public CodeActions codeActions(String sandboxId, CodeActionQuery query, int timeMs) {
        return new CodeActions(List.of());
    }

    @Override
    public TextEdits format(String sandboxId, FormatQuery query, int timeMs) {
        return new TextEdits(List.of());
    }

    @Override
    public SignatureAnswer signatureHelp(String sandboxId, PositionQuery query, int timeMs) {
        return new SignatureAnswer(null);
    }
}
