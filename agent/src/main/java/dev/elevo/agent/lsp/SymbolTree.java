package dev.elevo.agent.lsp;

import dev.elevo.contract.lsp.Position;
import dev.elevo.contract.lsp.Range;
import dev.elevo.contract.lsp.Symbol;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A tree of what a server told as a list. Neither the range of a symbol nor the name of its container says alone what it is in: a
 * symbol is in the innermost one that is around it and has that name, and else in none. Of ranges that overlap, the one that begins later
 * hides the other. All are in the order of their places.
 */
final class SymbolTree {
    private static final Comparator<Position> PLACE =
            Comparator.comparingInt(Position::line).thenComparingInt(Position::character);

    private static final Comparator<Range> OUTER_FIRST =
            Comparator.comparing(Range::start, PLACE).thenComparing(Range::end, PLACE.reversed());

    private SymbolTree() {}

    private record Node(Symbol symbol, List<Node> children) {
        static Node of(Symbol symbol) {
            return new Node(symbol, new ArrayList<>());
        }

        boolean isAround(Range inner) {
            return PLACE.compare(inner.end(), symbol.location().range().end()) <= 0;
        }

        Symbol whole() {
            return children.isEmpty()
                    ? symbol
                    : new Symbol(
                            symbol.name(),
                            symbol.kind(),
                            symbol.kindName(),
                            symbol.detail(),
                            symbol.location(),
                            symbol.containerName(),
                            children.stream().map(Node::whole).toList(),
                            symbol.deprecated(),
                            symbol.tags());
        }
    }

    static List<Symbol> of(List<Symbol> list, int deepest) {
        var roots = new ArrayList<Node>();
        // Those around the place we are at, of which the last is the innermost.
        var open = new ArrayDeque<Node>();
        list.stream()
                .sorted(Comparator.comparing(symbol -> symbol.location().range(), OUTER_FIRST))
                .map(Node::of)
                .forEach(node -> {
                    while (!open.isEmpty()
                            && !open.getLast().isAround(node.symbol().location().range())) {
                        open.removeLast();
                    }
                    open.reversed().stream()
                            .filter(around ->
                                    around.symbol().name().equals(node.symbol().containerName()))
                            .findFirst()
                            .map(Node::children)
                            .orElse(roots)
                            .add(node);
                    if (open.size() < deepest - 1) {
                        open.addLast(node);
                    }
                });
        return roots.stream().map(Node::whole).toList();
    }
}
