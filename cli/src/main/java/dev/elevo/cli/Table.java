package dev.elevo.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Columns as wide as what is in them. */
final class Table {
    private static final String GAP = "  ";

    private Table() {}

    static String of(List<String> titles, List<List<?>> rows) {
        var lines = new ArrayList<List<String>>();
        lines.add(titles);
        rows.forEach(row -> lines.add(
                row.stream().map(cell -> Visible.of(Objects.toString(cell, ""))).toList()));
        var text = new StringBuilder();
        for (var line : lines) {
            var shown = new StringBuilder();
            for (var column = 0; column < line.size(); column++) {
                shown.append(line.get(column))
                        .repeat(' ', width(lines, column) - line.get(column).length())
                        .append(GAP);
            }
            text.append(shown.toString().stripTrailing()).append('\n');
        }
        return text.toString();
    }

    private static int width(List<List<String>> lines, int column) {
        return lines.stream().mapToInt(line -> line.get(column).length()).max().orElse(0);
    }
}
