package dev.elevo.agent.lsp;

import dev.elevo.contract.lsp.Location;
import dev.elevo.contract.lsp.Symbol;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.lsp4j.DocumentSymbol;
import org.eclipse.lsp4j.SymbolInformation;
import org.eclipse.lsp4j.SymbolKind;
import org.eclipse.lsp4j.SymbolTag;
import org.eclipse.lsp4j.WorkspaceSymbol;
import org.eclipse.lsp4j.jsonrpc.messages.Either;
import org.jspecify.annotations.Nullable;

/** Symbols, in the shapes that servers of all ages have for them. */
final class SymbolShapes {
    private static final int MOST = 10_000;
    private static final int DEEPEST = 64;
    private static final String DEPRECATED = "deprecated";

    private SymbolShapes() {}

    static List<Symbol> ofDocument(String uri, @Nullable List<Either<SymbolInformation, DocumentSymbol>> symbols) {
        if (symbols == null) {
            return List.of();
        }
        var left = new AtomicInteger(MOST);
        var shaped = symbols.stream()
                .takeWhile(symbol -> left.getAndDecrement() > 0)
                .map(symbol -> symbol.isLeft() ? of(symbol.getLeft()) : of(uri, symbol.getRight(), 1, left))
                .toList();
        return symbols.stream().allMatch(Either::isLeft) ? SymbolTree.of(shaped, DEEPEST) : shaped;
    }

    /** @param left how many there may be yet, of the whole tree */
    private static Symbol of(String uri, DocumentSymbol symbol, int depth, AtomicInteger left) {
        var children = symbol.getChildren();
        return symbol(
                symbol.getName(),
                symbol.getKind(),
                symbol.getDetail(),
                new Location(uri, TextShapes.range(symbol.getSelectionRange())),
                null,
                children == null || children.isEmpty() || depth == DEEPEST
                        ? null
                        : children.stream()
                                .takeWhile(child -> left.getAndDecrement() > 0)
                                .map(child -> of(uri, child, depth + 1, left))
                                .toList(),
                symbol.getTags(),
                deprecated(symbol));
    }

    @SuppressWarnings("deprecation") // older servers know no tags
    private static boolean deprecated(DocumentSymbol symbol) {
        return Boolean.TRUE.equals(symbol.getDeprecated());
    }

    @SuppressWarnings("deprecation") // older servers know nothing else
    private static Symbol of(SymbolInformation symbol) {
        return symbol(
                symbol.getName(),
                symbol.getKind(),
                null,
                TextShapes.location(symbol.getLocation()),
                symbol.getContainerName(),
                null,
                symbol.getTags(),
                Boolean.TRUE.equals(symbol.getDeprecated()));
    }

    @SuppressWarnings("deprecation") // the shape of older servers
    static List<Symbol> ofWorkspace(
            @Nullable Either<List<? extends SymbolInformation>, List<? extends WorkspaceSymbol>> symbols) {
        if (symbols == null) {
            return List.of();
        }
        return symbols.isLeft()
                ? symbols.getLeft().stream().limit(MOST).map(SymbolShapes::of).toList()
                : symbols.getRight().stream().limit(MOST).map(SymbolShapes::of).toList();
    }

    private static Symbol of(WorkspaceSymbol symbol) {
        var start = new org.eclipse.lsp4j.Position(0, 0);
        var location = symbol.getLocation().isLeft()
                ? symbol.getLocation().getLeft()
                : new org.eclipse.lsp4j.Location(
                        symbol.getLocation().getRight().getUri(), new org.eclipse.lsp4j.Range(start, start));
        return symbol(
                symbol.getName(),
                symbol.getKind(),
                null,
                TextShapes.location(location),
                symbol.getContainerName(),
                null,
                symbol.getTags(),
                false);
    }

    private static Symbol symbol(
            String name,
            @Nullable SymbolKind given,
            @Nullable String detail,
            Location location,
            @Nullable String container,
            @Nullable List<Symbol> children,
            @Nullable List<SymbolTag> tags,
            boolean saidToBeDeprecated) {
        var kind = given == null ? Kinds.VARIABLE : given.getValue();
        var isDeprecated = saidToBeDeprecated || (tags != null && tags.contains(SymbolTag.Deprecated));
        return new Symbol(
                name,
                kind,
                Kinds.symbol(kind),
                detail == null || detail.isEmpty() ? null : detail,
                location,
                container == null || container.isEmpty() ? null : container,
                children,
                isDeprecated ? true : null,
                isDeprecated ? List.of(DEPRECATED) : null);
    }
}
