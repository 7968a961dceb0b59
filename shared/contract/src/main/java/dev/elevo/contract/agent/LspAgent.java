package dev.elevo.contract.agent;

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
import java.util.List;

/**
 * Language servers inside running sandboxes, each as the sandbox's own user. {@code timeMs} is how long an answer may take: 6006
 * after that, 6001 where no server fits, 6002 while one that died is not to be started again yet, 6004 what the server refuses.
 */
public interface LspAgent {
    /** Of one sandbox. */
    int MOST = 5;

    /** Starts one, or finds the one that serves the language and the project already. Also answers while it still starts. */
    StartedServer start(String sandboxId, StartServer request, int timeMs);

    /** In the order of their creation. */
    List<LspServerInfo> list(String sandboxId);

    LspServerInfo get(String sandboxId, String serverId);

    void stop(String sandboxId, String serverId);

    void open(String sandboxId, String serverId, OpenDocument request, int timeMs);

    /** Also where it is not open. */
    void close(String sandboxId, String serverId, CloseDocument request, int timeMs);

    /** The version of the file after the changes. */
    int change(String sandboxId, String serverId, ChangeDocument request, int timeMs);

    Symbols documentSymbols(String sandboxId, DocumentQuery query, int timeMs);

    Symbols workspaceSymbols(String sandboxId, WorkspaceSymbolQuery query, int timeMs);

    CompletionList completion(String sandboxId, CompletionQuery query, int timeMs);

    Hover hover(String sandboxId, PositionQuery query, int timeMs);

    Locations definition(String sandboxId, PositionQuery query, int timeMs);

    Locations references(String sandboxId, ReferencesQuery query, int timeMs);

    Diagnostics diagnostics(String sandboxId, DocumentQuery query, int timeMs);

    WorkspaceEdit rename(String sandboxId, RenameQuery query, int timeMs);

    CodeActions codeActions(String sandboxId, CodeActionQuery query, int timeMs);

    TextEdits format(String sandboxId, FormatQuery query, int timeMs);

    SignatureAnswer signatureHelp(String sandboxId, PositionQuery query, int timeMs);
}
