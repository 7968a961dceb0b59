package dev.elevo.agent.lsp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elevo.contract.lsp.Location;
import dev.elevo.contract.lsp.Locations;
import dev.elevo.contract.lsp.Position;
import dev.elevo.contract.lsp.Range;
import dev.elevo.contract.lsp.TextEdit;
import dev.elevo.contract.lsp.WorkspaceEdit;
import java.util.List;
import java.util.Map;
import org.eclipse.lsp4j.TextDocumentContentChangeEvent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ColumnsTest {
    @ParameterizedTest
    @ValueSource(strings = {"", "plain", "a😀b😀😀c", "ü\n😀\r\nx😀\ry😀z", "😀😀😀😀😀😀😀😀\n\n😀"})
    void a_column_is_the_same_place_both_ways(String text) {
        var columns = Columns.of(text);
        var lines = text.split("\r\n|\r|\n", -1);
        for (int line = 0; line < lines.length; line++) {
            var points = lines[line].codePointCount(0, lines[line].length());
            for (int point = 0; point <= points; point++) {
                var units = lines[line].offsetByCodePoints(0, point);
                assertThat(columns.units(line, point)).isEqualTo(units);
                assertThat(columns.points(line, units)).isEqualTo(point);
            }
        }
    }

    @Test
    void what_has_no_wide_character_is_the_same() {
        assertThat(Columns.of("ü\n€")).isSameAs(Columns.SAME);
        assertThat(Columns.of("😀").points(0, 1)).as("within a character").isZero();
        assertThat(Columns.of("😀").units(0, Integer.MAX_VALUE)).isEqualTo(Integer.MAX_VALUE);
    }

    @Test
    void each_file_has_columns_of_its_own() {
        var counting = new Counting(
                "file:///a",
                Columns.of("😀 x"),
                other -> other.equals("file:///b") ? Columns.of("😀😀x") : Columns.SAME);

        assertThat(counting.asked(new Position(0, 3))).isEqualTo(new Position(0, 2));
        assertThat(counting.locations(new Locations(List.of(
                        new Location("file:///a", range(2)),
                        new Location("file:///b", range(2)),
                        new Location("file:///c", range(2))))))
                .isEqualTo(new Locations(List.of(
                        new Location("file:///a", range(3)),
                        new Location("file:///b", range(4)),
                        new Location("file:///c", range(2)))));
        assertThat(counting.workspaceEdit(new WorkspaceEdit(Map.of("file:///b", List.of(new TextEdit(range(2), "y"))))))
                .isEqualTo(new WorkspaceEdit(Map.of("file:///b", List.of(new TextEdit(range(4), "y")))));
    }

    private static Range range(int character) {
        return new Range(new Position(0, character), new Position(0, character + 1));
    }

    @Test
    void each_change_is_about_what_the_one_before_it_has_left() {
        assertThat(Texts.after("a😀b\r\nc", List.of(change(0, 3, 0, 9, "B\n"), change(1, 0, 2, 0, ""))))
                .isEqualTo("a😀B\nc");
        assertThat(Texts.after("a", List.of(new TextDocumentContentChangeEvent("b"), change(7, 7, 7, 7, "c"))))
                .isEqualTo("bc");
    }

    private static TextDocumentContentChangeEvent change(
            int line, int character, int endLine, int endCharacter, String text) {
        return new TextDocumentContentChangeEvent(
                TextShapes.range(new Range(new Position(line, character), new Position(endLine, endCharacter))), text);
    }
}
