package dev.elevo.agent.lsp;

import dev.elevo.contract.lsp.CodeActionQuery;
import dev.elevo.contract.lsp.CodeActions;
import dev.elevo.contract.lsp.CompletionList;
import dev.elevo.contract.lsp.CompletionQuery;
import dev.elevo.contract.lsp.Diagnostics;
import dev.elevo.contract.lsp.FormatOptions;
import dev.elevo.contract.lsp.FormatQuery;
import dev.elevo.contract.lsp.Hover;
import dev.elevo.contract.lsp.Locations;
import dev.elevo.contract.lsp.Position;
import dev.elevo.contract.lsp.ReferencesQuery;
import dev.elevo.contract.lsp.RenameQuery;
import dev.elevo.contract.lsp.SignatureAnswer;
import dev.elevo.contract.lsp.Symbol;
import dev.elevo.contract.lsp.Symbols;
import dev.elevo.contract.lsp.TextEdits;
import dev.elevo.contract.lsp.WorkspaceEdit;
import dev.elevo.contract.lsp.WorkspaceSymbolQuery;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.eclipse.lsp4j.CodeAction;
import org.eclipse.lsp4j.CodeActionContext;
import org.eclipse.lsp4j.CodeActionParams;
import org.eclipse.lsp4j.Command;
import org.eclipse.lsp4j.CompletionContext;
import org.eclipse.lsp4j.CompletionParams;
import org.eclipse.lsp4j.CompletionTriggerKind;
import org.eclipse.lsp4j.DefinitionParams;
import org.eclipse.lsp4j.Diagnostic;
import org.eclipse.lsp4j.DocumentDiagnosticParams;
import org.eclipse.lsp4j.DocumentFormattingParams;
import org.eclipse.lsp4j.DocumentRangeFormattingParams;
import org.eclipse.lsp4j.DocumentSymbolParams;
import org.eclipse.lsp4j.FormattingOptions;
import org.eclipse.lsp4j.HoverParams;
import org.eclipse.lsp4j.ReferenceContext;
import org.eclipse.lsp4j.ReferenceParams;
import org.eclipse.lsp4j.RenameParams;
import org.eclipse.lsp4j.SignatureHelpParams;
import org.eclipse.lsp4j.TextDocumentIdentifier;
import org.eclipse.lsp4j.WorkspaceSymbolParams;
import org.eclipse.lsp4j.jsonrpc.messages.Either;
import org.eclipse.lsp4j.services.TextDocumentService;
import org.jspecify.annotations.Nullable;

/** The questions of the API to one server about one file, in the protocol's words. */
final class Queries {
    private static final Duration FIRST_REPORT = Duration.ofSeconds(5);
    private static final int DEFAULT_TAB = 4;
    private static final int MOST_ACTIONS = 100;

    /** Of actions whose edit has to be asked for. */
    private static final int MOST_RESOLVED = 20;

    private final String serverId;
    private final LiveServer server;
    private final TextDocumentIdentifier document;
    private final Deadline deadline;

    Queries(String serverId, LiveServer server, String uri, Deadline deadline) {
        this.serverId = serverId;
        this.server = server;
        this.document = new TextDocumentIdentifier(uri);
        this.deadline = deadline;
    }

    private <T> T ask(Function<TextDocumentService, CompletableFuture<T>> question) {
        return server.query(remote -> question.apply(remote.getTextDocumentService()), deadline);
    }

    /** 6004 for what a server says that it has not. */
    private void need(@Nullable Object provider, String operation) {
        var has = switch (provider) {
            case null -> false;
            case Boolean said -> said;
            case Either<?, ?> either -> !Boolean.FALSE.equals(either.get());
            default -> true;
        };
        if (!has) {
            throw LspFailures.notSupported(serverId, operation).asException();
        }
    }

    Symbols documentSymbols() {
        need(server.capabilities().getDocumentSymbolProvider(), "symbols of a document");
        var found = ask(remote -> remote.documentSymbol(new DocumentSymbolParams(document)));
        return new Symbols(SymbolShapes.ofDocument(document.getUri(), found));
    }

    List<Symbol> workspaceSymbols(WorkspaceSymbolQuery query) {
        need(server.capabilities().getWorkspaceSymbolProvider(), "symbols of a workspace");
        var found = server.query(
                remote -> remote.getWorkspaceService().symbol(new WorkspaceSymbolParams(query.query())), deadline);
        var kinds = query.kinds();
        return SymbolShapes.ofWorkspace(found).stream()
                .filter(symbol -> kinds == null || kinds.isEmpty() || kinds.contains(symbol.kind()))
                .toList();
    }

    CompletionList completion(CompletionQuery query) {
        need(server.capabilities().getCompletionProvider(), "completion");
        var kind = switch (query.triggerKind()) {
            case "character" -> CompletionTriggerKind.TriggerCharacter;
            case "incomplete" -> CompletionTriggerKind.TriggerForIncompleteCompletions;
            case null, default -> CompletionTriggerKind.Invoked;
        };
        var context = query.triggerCharacter() == null
                ? new CompletionContext(kind)
                : new CompletionContext(kind, query.triggerCharacter());
        var position = TextShapes.position(query.position());
        return CompletionShapes.of(ask(remote -> remote.completion(new CompletionParams(document, position, context))));
    }

    Hover hover(Position position) {
        need(server.capabilities().getHoverProvider(), "hover");
        return new Hover(TextShapes.hover(
                ask(remote -> remote.hover(new HoverParams(document, TextShapes.position(position))))));
    }

    Locations definition(Position position) {
        need(server.capabilities().getDefinitionProvider(), "definition");
        return new Locations(TextShapes.definitions(
                ask(remote -> remote.definition(new DefinitionParams(document, TextShapes.position(position))))));
    }

    Locations references(ReferencesQuery query) {
        need(server.capabilities().getReferencesProvider(), "references");
        var context = new ReferenceContext(!Boolean.FALSE.equals(query.includeDeclaration()));
        var position = TextShapes.position(query.position());
        return new Locations(TextShapes.locations(
                ask(remote -> remote.references(new ReferenceParams(document, position, context)))));
    }

    Diagnostics diagnostics() {
        return new Diagnostics(
                DiagnosticShapes.of(server.capabilities().getDiagnosticProvider() == null ? awaited() : asked()));
    }

    private List<Diagnostic> asked() {
        var report = ask(remote -> remote.diagnostic(new DocumentDiagnosticParams(document)));
        return report == null || report.isRight()
                ? List.of()
                : Objects.requireNonNullElse(report.getLeft().getItems(), List.of());
    }

    private List<Diagnostic> awaited() {
        try {
            var report = server.published().await(document.getUri(), deadline.orIn(FIRST_REPORT));
            if (report == null) {
                throw LspFailures.timeout(serverId).asException();
            }
            return report;
        } catch (ServerGoneException e) {
            throw LspFailures.crashed(serverId, e.end()).causedBy(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw LspFailures.timeout(serverId).causedBy(e);
        }
    }

    WorkspaceEdit rename(RenameQuery query) {
        need(server.capabilities().getRenameProvider(), "rename");
        var position = TextShapes.position(query.position());
        var edit = ask(remote -> remote.rename(new RenameParams(document, position, query.newName())));
        return ActionShapes.edit(edit)
                .orElseThrow(() -> LspFailures.notSupported(serverId, "rename without moving files")
                        .asException());
    }

    CodeActions codeActions(CodeActionQuery query) {
        need(server.capabilities().getCodeActionProvider(), "code actions");
        var range = TextShapes.range(query.range());
        var context = new CodeActionContext(query.diagnostics() == null ? known(range) : given(query.diagnostics()));
        context.setOnly(query.only());
        var found = ask(remote -> remote.codeAction(new CodeActionParams(document, range, context)));
        var actions = found == null ? List.<Either<Command, CodeAction>>of() : found;
        return new CodeActions(resolved(actions.stream().limit(MOST_ACTIONS).toList()).stream()
                .map(ActionShapes::action)
                .toList());
    }

    private static List<Diagnostic> given(List<dev.elevo.contract.lsp.Diagnostic> diagnostics) {
        return diagnostics.stream().map(DiagnosticShapes::back).toList();
    }

    private List<Diagnostic> known(org.eclipse.lsp4j.Range range) {
        return server.published().known(document.getUri()).stream()
                .filter(diagnostic -> diagnostic.getRange().getStart().getLine()
                                <= range.getEnd().getLine()
                        && diagnostic.getRange().getEnd().getLine()
                                >= range.getStart().getLine())
                .toList();
    }

    /** Some servers make an edit only for an action that is chosen; here all of them are. */
    private List<Either<Command, CodeAction>> resolved(List<Either<Command, CodeAction>> actions) {
        var provider = server.capabilities().getCodeActionProvider();
        if (provider == null
                || !provider.isRight()
                || !Boolean.TRUE.equals(provider.getRight().getResolveProvider())) {
            return actions;
        }
        var left = new int[] {MOST_RESOLVED};
        return actions.stream()
                .map(action -> action.isRight() && lacksEdit(action.getRight()) && left[0]-- > 0
                        ? Either.<Command, CodeAction>forRight(
                                ask(remote -> remote.resolveCodeAction(action.getRight())))
                        : action)
                .toList();
    }

    private static boolean lacksEdit(CodeAction action) {
        return action.getEdit() == null && action.getCommand() == null && action.getDisabled() == null;
    }

    TextEdits format(FormatQuery query) {
        var options = Objects.requireNonNullElse(query.options(), new FormatOptions(null, null));
        var wanted = new FormattingOptions(
                Objects.requireNonNullElse(options.tabSize(), DEFAULT_TAB),
                !Boolean.FALSE.equals(options.insertSpaces()));
        if (query.range() == null) {
            need(server.capabilities().getDocumentFormattingProvider(), "formatting");
            return edits(ask(remote -> remote.formatting(new DocumentFormattingParams(document, wanted))));
        }
        need(server.capabilities().getDocumentRangeFormattingProvider(), "formatting of a part");
        var range = TextShapes.range(query.range());
        return edits(ask(remote -> remote.rangeFormatting(new DocumentRangeFormattingParams(document, wanted, range))));
    }

    private static TextEdits edits(@Nullable List<? extends org.eclipse.lsp4j.TextEdit> edits) {
        return new TextEdits(
                edits == null ? List.of() : edits.stream().map(TextShapes::edit).toList());
    }

    SignatureAnswer signatureHelp(Position position) {
        need(server.capabilities().getSignatureHelpProvider(), "signature help");
        return new SignatureAnswer(TextShapes.signatures(
                ask(remote -> remote.signatureHelp(new SignatureHelpParams(document, TextShapes.position(position))))));
    }
}
