package dev.elevo.agent.lsp;

import java.util.List;
import org.eclipse.lsp4j.ClientCapabilities;
import org.eclipse.lsp4j.CodeActionCapabilities;
import org.eclipse.lsp4j.CodeActionKindCapabilities;
import org.eclipse.lsp4j.CodeActionLiteralSupportCapabilities;
import org.eclipse.lsp4j.CodeActionResolveSupportCapabilities;
import org.eclipse.lsp4j.CompletionCapabilities;
import org.eclipse.lsp4j.CompletionItemCapabilities;
import org.eclipse.lsp4j.DiagnosticCapabilities;
import org.eclipse.lsp4j.DiagnosticTag;
import org.eclipse.lsp4j.DiagnosticsTagSupport;
import org.eclipse.lsp4j.DidChangeWatchedFilesCapabilities;
import org.eclipse.lsp4j.DocumentSymbolCapabilities;
import org.eclipse.lsp4j.GeneralClientCapabilities;
import org.eclipse.lsp4j.HoverCapabilities;
import org.eclipse.lsp4j.MarkupKind;
import org.eclipse.lsp4j.ParameterInformationCapabilities;
import org.eclipse.lsp4j.PublishDiagnosticsCapabilities;
import org.eclipse.lsp4j.RenameCapabilities;
import org.eclipse.lsp4j.SignatureHelpCapabilities;
import org.eclipse.lsp4j.SignatureInformationCapabilities;
import org.eclipse.lsp4j.SymbolCapabilities;
import org.eclipse.lsp4j.SymbolTag;
import org.eclipse.lsp4j.SymbolTagSupportCapabilities;
import org.eclipse.lsp4j.SynchronizationCapabilities;
import org.eclipse.lsp4j.TextDocumentClientCapabilities;
import org.eclipse.lsp4j.WorkspaceClientCapabilities;
import org.eclipse.lsp4j.jsonrpc.messages.Either;

/** What we tell a server that we understand. */
final class OurAbilities {
    private static final List<String> MARKUP = List.of(MarkupKind.MARKDOWN, MarkupKind.PLAINTEXT);
    private static final List<String> ACTIONS = List.of(
            "",
            "quickfix",
            "refactor",
            "refactor.extract",
            "refactor.inline",
            "refactor.rewrite",
            "source",
            "source.organizeImports",
            "source.fixAll");

    private OurAbilities() {}

    /** That we watch files is told to those only that would not look by themselves: these see more of them, and at once. */
    static ClientCapabilities all(ServerProgram program) {
        var all = new ClientCapabilities();
        var general = new GeneralClientCapabilities();
        general.setPositionEncodings(List.of("utf-16"));
        all.setGeneral(general);
        all.setTextDocument(textDocument());
        var workspace = new WorkspaceClientCapabilities();
        workspace.setConfiguration(true);
        workspace.setWorkspaceFolders(true);
        workspace.setApplyEdit(false);
        workspace.setSymbol(new SymbolCapabilities());
        if (program.watching() == ServerProgram.Watching.IS_TOLD) {
            workspace.setDidChangeWatchedFiles(new DidChangeWatchedFilesCapabilities(true));
        }
        all.setWorkspace(workspace);
        return all;
    }

    private static TextDocumentClientCapabilities textDocument() {
        var text = new TextDocumentClientCapabilities();
        text.setSynchronization(new SynchronizationCapabilities(false, false, true));
        text.setHover(new HoverCapabilities(MARKUP, false));
        text.setCompletion(completion());
        text.setSignatureHelp(signatureHelp());
        var symbols = new DocumentSymbolCapabilities();
        symbols.setHierarchicalDocumentSymbolSupport(true);
        symbols.setTagSupport(new SymbolTagSupportCapabilities(List.of(SymbolTag.Deprecated)));
        text.setDocumentSymbol(symbols);
        text.setCodeAction(codeAction());
        text.setRename(new RenameCapabilities(false, false));
        var published = new PublishDiagnosticsCapabilities();
        published.setRelatedInformation(true);
        published.setVersionSupport(true);
        published.setCodeDescriptionSupport(true);
        published.setTagSupport(Either.forRight(
                new DiagnosticsTagSupport(List.of(DiagnosticTag.Unnecessary, DiagnosticTag.Deprecated))));
        text.setPublishDiagnostics(published);
        text.setDiagnostic(diagnostic());
        return text;
    }

    /** Pyright lets itself be asked by those only whom it may tell so when it runs. */
    private static DiagnosticCapabilities diagnostic() {
        var diagnostic = new DiagnosticCapabilities(true);
        diagnostic.setRelatedInformation(true);
        diagnostic.setCodeDescriptionSupport(true);
        diagnostic.setTagSupport(
                new DiagnosticsTagSupport(List.of(DiagnosticTag.Unnecessary, DiagnosticTag.Deprecated)));
        return diagnostic;
    }

    private static CompletionCapabilities completion() {
        var item = new CompletionItemCapabilities();
        item.setSnippetSupport(true);
        item.setDocumentationFormat(MARKUP);
        item.setDeprecatedSupport(true);
        item.setPreselectSupport(true);
        var completion = new CompletionCapabilities(item);
        completion.setContextSupport(true);
        return completion;
    }

    private static SignatureHelpCapabilities signatureHelp() {
        var signature = new SignatureInformationCapabilities(MARKUP);
        signature.setParameterInformation(new ParameterInformationCapabilities(true));
        signature.setActiveParameterSupport(true);
        return new SignatureHelpCapabilities(signature, false);
    }

    private static CodeActionCapabilities codeAction() {
        var action = new CodeActionCapabilities(
                new CodeActionLiteralSupportCapabilities(new CodeActionKindCapabilities(ACTIONS)), false);
        action.setIsPreferredSupport(true);
        action.setDataSupport(true);
        action.setResolveSupport(new CodeActionResolveSupportCapabilities(List.of("edit")));
        return action;
    }
}
