package dev.elevo.agent.lsp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elevo.contract.lsp.Symbol;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.eclipse.lsp4j.DocumentSymbol;
import org.eclipse.lsp4j.Location;
import org.eclipse.lsp4j.Position;
import org.eclipse.lsp4j.Range;
import org.eclipse.lsp4j.SymbolInformation;
import org.eclipse.lsp4j.SymbolKind;
import org.eclipse.lsp4j.jsonrpc.messages.Either;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Lists of symbols, of which we make the tree. */
class SymbolTreeTest {
    private final List<Either<SymbolInformation, DocumentSymbol>> told = new ArrayList<>();

    @SuppressWarnings("deprecation") // the shape of older servers
    private void tell(String name, int firstLine, int lastLine, @Nullable String container) {
        var range = new Range(new Position(firstLine, 0), new Position(lastLine, 9));
        told.add(Either.forLeft(
                new SymbolInformation(name, SymbolKind.Function, new Location("file:///a", range), container)));
    }

    private String tree() {
        return spelled(SymbolShapes.ofDocument("file:///a", told));
    }

    private static String spelled(List<Symbol> symbols) {
        return symbols.stream()
                .map(symbol -> symbol.name() + (symbol.children() == null ? "" : spelled(symbol.children())))
                .collect(Collectors.joining(" ", "(", ")"));
    }

    @Test
    void what_is_within_its_container_is_its_child_in_whichever_order_it_is_told() {
        tell("inner", 3, 4, "method");
        tell("method", 2, 5, "Box");
        tell("last", 11, 12, null);
        tell("Box", 1, 9, null);
        tell("size", 7, 7, "Box");

        assertThat(tree()).isEqualTo("(Box(method(inner) size) last)");
    }

    @Test
    void of_two_of_a_name_the_one_around_it_is_its_container() {
        tell("Box", 1, 3, null);
        tell("one", 2, 2, "Box");
        tell("Box", 5, 9, null);
        tell("Box", 6, 8, "Box");
        tell("two", 7, 7, "Box");

        assertThat(tree()).isEqualTo("(Box(one) Box(Box(two)))");
    }

    @Test
    void neither_a_place_nor_a_name_alone_makes_a_child() {
        tell("Box", 1, 5, null);
        tell("placed", 2, 2, null);
        tell("elsewhere", 3, 3, "Other");
        tell("named", 8, 8, "Box");

        assertThat(tree()).isEqualTo("(Box placed elsewhere named)");
    }

    @Test
    void one_within_the_other_ten_thousand_times_is_no_deeper_than_another_tree() {
        IntStream.range(0, 10_000).forEach(i -> tell("x", i, 20_000 - i, i == 0 ? null : "x"));

        var depth = 0;
        var symbols = SymbolShapes.ofDocument("file:///a", told);
        for (; !symbols.isEmpty(); depth++) {
            symbols = Objects.requireNonNullElse(symbols.getFirst().children(), List.of());
        }
        assertThat(depth).isEqualTo(64);
    }
}
