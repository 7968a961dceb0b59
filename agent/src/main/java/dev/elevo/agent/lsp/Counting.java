package dev.elevo.agent.lsp;

import dev.elevo.contract.lsp.CodeAction;
import dev.elevo.contract.lsp.CodeActions;
import dev.elevo.contract.lsp.CompletionItem;
import dev.elevo.contract.lsp.CompletionList;
import dev.elevo.contract.lsp.Diagnostic;
import dev.elevo.contract.lsp.Diagnostics;
import dev.elevo.contract.lsp.Hover;
import dev.elevo.contract.lsp.HoverInfo;
import dev.elevo.contract.lsp.Location;
import dev.elevo.contract.lsp.Locations;
import dev.elevo.contract.lsp.Position;
import dev.elevo.contract.lsp.Range;
import dev.elevo.contract.lsp.RelatedInformation;
import dev.elevo.contract.lsp.Symbol;
import dev.elevo.contract.lsp.Symbols;
import dev.elevo.contract.lsp.TextEdit;
import dev.elevo.contract.lsp.TextEdits;
import dev.elevo.contract.lsp.WorkspaceEdit;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The positions of one question, and of the answer, of a server that counts otherwise than the API. */
final class Counting {
    /** Of other files than the one that was asked about. */
    private static final int MOST_FILES = 100;

    /** Of wide characters in them. What is beyond stays as the server has told it. */
    private static final int MOST_WIDE = 1 << 20;

    private final String uri;
    private final Function<String, Columns> others;
    private final Map<String, Columns> known = new HashMap<>();
    private int wide;

    /** @param others by their addresses */
    Counting(String uri, Columns columns, Function<String, Columns> others) {
        this.uri = uri;
        this.others = others;
        known.put(uri, columns);
    }

    /** For one that counts as the API does. */
    static Counting same(String uri) {
        return new Counting(uri, Columns.SAME, other -> Columns.SAME);
    }

    private Columns columns(String of) {
        var found = known.get(of);
        if (found == null) {
            found = known.size() <= MOST_FILES && wide < MOST_WIDE ? others.apply(of) : Columns.SAME;
            known.put(of, found);
            wide += found.size();
        }
        return found;
    }

    /** As the server counts. */
    Position asked(Position position) {
        return new Position(position.line(), columns(uri).points(position.line(), position.character()));
    }

    Range asked(Range range) {
        return new Range(asked(range.start()), asked(range.end()));
    }

    private Range range(String of, Range range) {
        return new Range(position(of, range.start()), position(of, range.end()));
    }

    private Position position(String of, Position position) {
        return new Position(position.line(), columns(of).units(position.line(), position.character()));
    }

    private Location location(Location location) {
        return new Location(location.uri(), range(location.uri(), location.range()));
    }

    private TextEdit edit(String of, TextEdit edit) {
        return new TextEdit(range(of, edit.range()), edit.newText());
    }

    private static <T> @Nullable List<T> each(@Nullable List<T> all, UnaryOperator<T> change) {
        return all == null ? null : all.stream().map(change).toList();
    }

    Hover hover(Hover hover) {
        var found = hover.hover();
        return found == null || found.range() == null
                ? hover
                : new Hover(new HoverInfo(found.contents(), range(uri, found.range())));
    }

    Locations locations(Locations found) {
        return new Locations(found.locations().stream().map(this::location).toList());
    }

    Symbols symbols(Symbols found) {
        return new Symbols(found.symbols().stream().map(this::symbol).toList());
    }

    private Symbol symbol(Symbol found) {
        return new Symbol(
                found.name(),
                found.kind(),
                found.kindName(),
                found.detail(),
                location(found.location()),
                found.containerName(),
                each(found.children(), this::symbol),
                found.deprecated(),
                found.tags());
    }

    CompletionList completion(CompletionList found) {
        return new CompletionList(
                found.isIncomplete(), found.items().stream().map(this::item).toList());
    }

    private CompletionItem item(CompletionItem found) {
        return new CompletionItem(
                found.label(),
                found.kind(),
                found.kindName(),
                found.detail(),
                found.documentation(),
                found.sortText(),
                found.filterText(),
                found.insertText(),
                found.insertTextFormat(),
                found.textEdit() == null ? null : edit(uri, found.textEdit()),
                each(found.additionalTextEdits(), edit -> edit(uri, edit)),
                found.deprecated(),
                found.preselect());
    }

    Diagnostics diagnostics(Diagnostics found) {
        return new Diagnostics(
                found.diagnostics().stream().map(this::diagnostic).toList());
    }

    private Diagnostic diagnostic(Diagnostic found) {
        return with(
                found,
                range(uri, found.range()),
                each(
                        found.relatedInformation(),
                        related -> new RelatedInformation(location(related.location()), related.message())));
    }

    /** As the server has told it. */
    Diagnostic asked(Diagnostic given) {
        return with(given, asked(given.range()), given.relatedInformation());
    }

    private static Diagnostic with(Diagnostic of, Range range, @Nullable List<RelatedInformation> related) {
        return new Diagnostic(
                range,
                of.severity(),
                of.severityName(),
                of.message(),
                of.source(),
                of.code(),
                of.codeDescription(),
                related,
                of.tags());
    }

    WorkspaceEdit workspaceEdit(WorkspaceEdit found) {
        var changes = new LinkedHashMap<String, List<TextEdit>>();
        found.changes()
                .forEach((of, edits) -> changes.put(
                        of, edits.stream().map(edit -> edit(of, edit)).toList()));
        return new WorkspaceEdit(changes);
    }

    CodeActions actions(CodeActions found) {
        return new CodeActions(found.actions().stream().map(this::action).toList());
    }

    private CodeAction action(CodeAction found) {
        return new CodeAction(
                found.title(),
                found.kind(),
                each(found.diagnostics(), this::diagnostic),
                found.isPreferred(),
                found.edit() == null ? null : workspaceEdit(found.edit()),
                found.command());
    }

    TextEdits edits(TextEdits found) {
        return new TextEdits(found.edits().stream().map(edit -> edit(uri, edit)).toList());
    }
}
