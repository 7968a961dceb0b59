package dev.elevo.agent.lsp;

import dev.elevo.contract.lsp.CodeActionQuery;
import dev.elevo.contract.lsp.CodeActions;
import dev.elevo.contract.lsp.CompletionList;
import dev.elevo.contract.lsp.CompletionQuery;
import dev.elevo.contract.lsp.Diagnostics;
import dev.elevo.contract.lsp.FormatOptions;
import dev.elevo.contract.lsp.FormatQuery;
import dev.elevo.contract.lsp.Hover;
import dev.elevo.contract.lsp.Location;
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
import java.util.ArrayList;
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
    private final AnswerBound bound;
    private final TextDocumentIdentifier document;
    private final Counting counting;
    private final Deadline deadline;

    Queries(String serverId, LiveServer server, AnswerBound bound, String uri, Counting counting, Deadline deadline) {
        this.serverId = serverId;
        this.server = server;
        this.bound = bound;
        this.document = new TextDocumentIdentifier(uri);
        this.counting = counting;
        this.deadline = deadline;
    }

    private <T, R> R ask(
            Function<TextDocumentService, CompletableFuture<T>> question, Function<@Nullable T, R> reading) {
        return server.query(
                remote -> question.apply(remote.getTextDocumentService()),
                (answer, isLarge) -> reading.apply(answer),
                deadline);
    }

    private org.eclipse.lsp4j.Position asked(Position position) {
        return TextShapes.position(counting.asked(position));
    }

    /** 6004 for what a server says that it has not. */
    private void need(boolean has, String operation) {
        if (!has) {
            throw LspFailures.notSupported(serverId, operation).asException();
        }
    }

    Symbols documentSymbols() {
        need(server.abilities().documentSymbols(), "symbols of a document");
        return counting.symbols(ask(
                remote -> remote.documentSymbol(new DocumentSymbolParams(document)),
                found -> new Symbols(SymbolShapes.ofDocument(document.getUri(), found))));
    }

    List<Symbol> workspaceSymbols(WorkspaceSymbolQuery query, int limit, int mostBytes) {
        need(server.abilities().workspaceSymbols(), "symbols of a workspace");
        var kinds = query.kinds();
        return server.query(
                remote -> remote.getWorkspaceService().symbol(new WorkspaceSymbolParams(query.query())),
                (found, isLarge) -> {
                    var symbols = SymbolShapes.ofWorkspace(found).stream()
                            .filter(symbol -> kinds == null || kinds.isEmpty() || kinds.contains(symbol.kind()))
                            .limit(limit)
                            .toList();
                    return isLarge
                            ? bound.check(serverId, new Symbols(symbols), mostBytes)
                                    .symbols()
                            : symbols;
                },
                deadline);
    }

    CompletionList completion(CompletionQuery query) {
        need(server.abilities().completion(), "completion");
        var kind = switch (query.triggerKind()) {
            case "character" -> CompletionTriggerKind.TriggerCharacter;
            case "incomplete" -> CompletionTriggerKind.TriggerForIncompleteCompletions;
            case null, default -> CompletionTriggerKind.Invoked;
        };
        var context = query.triggerCharacter() == null
                ? new CompletionContext(kind)
                : new CompletionContext(kind, query.triggerCharacter());
        var position = asked(query.position());
        return counting.completion(ask(
                remote -> remote.completion(new CompletionParams(document, position, context)), CompletionShapes::of));
    }

    Hover hover(Position position) {
        need(server.abilities().hover(), "hover");
        return counting.hover(ask(
                remote -> remote.hover(new HoverParams(document, asked(position))),
                found -> new Hover(TextShapes.hover(found))));
    }

    Locations definition(Position position) {
        need(server.abilities().definition(), "definition");
        return counting.locations(new Locations(definitions(asked(position))));
    }

    private List<Location> definitions(org.eclipse.lsp4j.Position position) {
        return ask(remote -> remote.definition(new DefinitionParams(document, position)), TextShapes::definitions);
    }

    /** Without the declaration only we can tell them: some servers know no difference, and one leaves out the place that is asked about. */
    Locations references(ReferencesQuery query) {
        need(server.abilities().references(), "references");
        var position = asked(query.position());
        var found = ask(
                remote -> remote.references(new ReferenceParams(document, position, new ReferenceContext(true))),
                TextShapes::locations);
        if (!Boolean.FALSE.equals(query.includeDeclaration())
                || !server.abilities().definition()) {
            return counting.locations(new Locations(found));
        }
        var declarations = definitions(position);
        return counting.locations(new Locations(found.stream()
                .filter(place -> declarations.stream().noneMatch(declaration -> isAt(declaration, place)))
                .toList()));
    }

    private static boolean isAt(Location one, Location other) {
        return one.uri().equals(other.uri())
                && one.range().start().equals(other.range().start());
    }

    Diagnostics diagnostics() {
        return counting.diagnostics(server.tellsDiagnostics() ? told() : awaited());
    }

    private Diagnostics told() {
        return server.query(
                remote -> remote.getTextDocumentService().diagnostic(new DocumentDiagnosticParams(document)),
                (report, isLarge) -> {
                    var found = report == null || report.isRight()
                            ? List.<Diagnostic>of()
                            : report.getLeft().getItems();
                    if (!isLarge) {
                        server.published().keep(document.getUri(), found);
                    }
                    return new Diagnostics(DiagnosticShapes.of(found));
                },
                deadline);
    }

    private Diagnostics awaited() {
        try {
            awaitProject();
            var report = server.published().await(document.getUri(), deadline.orIn(FIRST_REPORT), deadline);
            if (report == null && server.tellsDiagnostics()) {
                return told();
            }
            if (report == null) {
                throw LspFailures.timeout(serverId).asException();
            }
            var diagnostics = new Diagnostics(DiagnosticShapes.of(report.diagnostics()));
            return report.isLarge() ? bound.check(serverId, diagnostics, AnswerBound.PASSED_ON) : diagnostics;
        } catch (ServerGoneException e) {
            throw LspFailures.crashed(serverId, e.end()).causedBy(e);
        } catch (TooLargeException e) {
            throw LspFailures.requestFailed(serverId, "too_large", "").causedBy(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw LspFailures.timeout(serverId).causedBy(e);
        }
    }

    /** The time of a report begins when the server could make one. */
    private void awaitProject() {
        if (server.program().readsProjectsWhenAsked() && !server.published().isKnown(document.getUri())) {
            var start = new org.eclipse.lsp4j.Position(0, 0);
            var _ = ask(remote -> remote.hover(new HoverParams(document, start)), nothing -> true);
        }
    }

    WorkspaceEdit rename(RenameQuery query) {
        need(server.abilities().rename(), "rename");
        var position = asked(query.position());
        return counting.workspaceEdit(ask(
                remote -> remote.rename(new RenameParams(document, position, query.newName())),
                edit -> ActionShapes.edit(edit)
                        .orElseThrow(() -> LspFailures.notSupported(serverId, "rename without moving files")
                                .asException())));
    }

    /** @param unresolved in the server's words, for an action whose edit has to be asked for */
    private record Proposed(
            dev.elevo.contract.lsp.CodeAction action,
            @Nullable CodeAction unresolved) {}

    CodeActions codeActions(CodeActionQuery query) {
        need(server.abilities().codeActions(), "code actions");
        var range = TextShapes.range(counting.asked(query.range()));
        var context = new CodeActionContext(query.diagnostics() == null ? known(range) : given(query.diagnostics()));
        context.setOnly(query.only());
        var proposed = server.query(
                remote -> remote.getTextDocumentService().codeAction(new CodeActionParams(document, range, context)),
                (found, isLarge) -> proposed(found == null ? List.of() : found, isLarge),
                deadline);
        return counting.actions(
                new CodeActions(proposed.stream().map(this::resolved).toList()));
    }

    private List<Diagnostic> given(List<dev.elevo.contract.lsp.Diagnostic> diagnostics) {
        return diagnostics.stream()
                .map(counting::asked)
                .map(DiagnosticShapes::back)
                .toList();
    }

    private List<Diagnostic> known(org.eclipse.lsp4j.Range range) {
        return server.published().known(document.getUri()).stream()
                .filter(diagnostic -> diagnostic.getRange().getStart().getLine()
                                <= range.getEnd().getLine()
                        && diagnostic.getRange().getEnd().getLine()
                                >= range.getStart().getLine())
                .toList();
    }

    /** Of a large answer nothing is kept in the server's words: whoever keeps something waits for more. */
    private List<Proposed> proposed(List<Either<Command, CodeAction>> found, boolean isLarge) {
        var left = server.abilities().resolvesActions() && !isLarge ? MOST_RESOLVED : 0;
        var proposed = new ArrayList<Proposed>();
        for (var one : found) {
            var isUnresolved = left > 0 && one.isRight() && lacksEdit(one.getRight());
            proposed.add(new Proposed(ActionShapes.action(one), isUnresolved ? one.getRight() : null));
            left -= isUnresolved ? 1 : 0;
            if (proposed.size() == MOST_ACTIONS) {
                break;
            }
        }
        return proposed;
    }

    private static boolean lacksEdit(CodeAction action) {
        return action.getEdit() == null && action.getCommand() == null && action.getDisabled() == null;
    }

    /** One whose edit is as large as a whole answer stays without. */
    private dev.elevo.contract.lsp.CodeAction resolved(Proposed proposed) {
        var unresolved = proposed.unresolved();
        return unresolved == null
                ? proposed.action()
                : server.query(
                        remote -> remote.getTextDocumentService().resolveCodeAction(unresolved),
                        (found, isLarge) -> found == null || isLarge
                                ? proposed.action()
                                : ActionShapes.action(Either.forRight(found)),
                        deadline);
    }

    TextEdits format(FormatQuery query) {
        var options = Objects.requireNonNullElse(query.options(), new FormatOptions(null, null));
        var wanted = new FormattingOptions(
                Objects.requireNonNullElse(options.tabSize(), DEFAULT_TAB),
                !Boolean.FALSE.equals(options.insertSpaces()));
        if (query.range() == null) {
            need(server.abilities().formatting(), "formatting");
            return counting.edits(
                    ask(remote -> remote.formatting(new DocumentFormattingParams(document, wanted)), Queries::edits));
        }
        need(server.abilities().rangeFormatting(), "formatting of a part");
        var range = TextShapes.range(counting.asked(query.range()));
        return counting.edits(ask(
                remote -> remote.rangeFormatting(new DocumentRangeFormattingParams(document, wanted, range)),
                Queries::edits));
    }

    private static TextEdits edits(@Nullable List<? extends org.eclipse.lsp4j.TextEdit> edits) {
        return new TextEdits(
                edits == null ? List.of() : edits.stream().map(TextShapes::edit).toList());
    }

    SignatureAnswer signatureHelp(Position position) {
        need(server.abilities().signatureHelp(), "signature help");
        return ask(
                remote -> remote.signatureHelp(new SignatureHelpParams(document, asked(position))),
                found -> new SignatureAnswer(TextShapes.signatures(found)));
    }
}
