package dev.elevo.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** The table on the screen, and one JSON file per benchmark, from which the page in the documentation is made. */
final class Report {
    private static final List<String> HEADINGS =
            List.of("what", "ours", "peer", "ratio", "p10 … p90", "must / aim", "reached", "commit");

    private static final String BEGIN = "| ";
    private static final String SEPARATOR = " | ";
    private static final String SEPARATOR_PATTERN = " \\| ";
    private static final String END = " |";
    private static final String HEAD =
            BEGIN + String.join(SEPARATOR, HEADINGS) + END + "\n|" + "---|".repeat(HEADINGS.size()) + "\n";

    private final Path folder;
    private final String commit;

    /** @param commit of what is measured now */
    Report(Path folder, String commit) {
        this.folder = folder;
        this.commit = commit;
    }

    void write(String benchmark, List<Line> lines) throws IOException {
        Files.createDirectories(folder);
        var rows = lines.stream().map(this::asMap).toList();
        Files.writeString(
                folder.resolve(benchmark + ".json"), Json.write(Map.of("benchmark", benchmark, "lines", rows)));
    }

    /**
     * A table in Markdown: what was ever recorded here takes the place of what the former table says of the same; other rows
     * were recorded elsewhere, and stay.
     *
     * @param which benchmarks the table is of
     */
    String markdown(String formerTable, Predicate<String> which) throws IOException {
        var rows = new LinkedHashMap<String, List<String>>();
        rows(formerTable).forEach(cells -> rows.put(cells.getFirst(), cells));
        recorded(which).forEach((benchmark, lines) -> {
            rows.remove(benchmark); // the name of a failure
            lines.stream().map(Report::cells).forEach(cells -> rows.put(cells.getFirst(), cells));
        });
        return rows.values().stream()
                .map(cells -> BEGIN + String.join(SEPARATOR, cells) + END + "\n")
                .collect(Collectors.joining("", HEAD, ""));
    }

    static List<List<String>> rows(String table) {
        return table.lines()
                .skip(HEAD.lines().count())
                .map(row -> List.of(row.substring(BEGIN.length(), row.length() - END.length())
                        .split(SEPARATOR_PATTERN)))
                .toList();
    }

    String table(List<Line> lines) {
        var rows = new ArrayList<List<String>>();
        rows.add(HEADINGS);
        for (var line : lines) {
            var row = new ArrayList<>(List.of(line.name()));
            row.addAll(columns(line));
            rows.add(row);
        }
        var widths = new int[HEADINGS.size()];
        for (var row : rows) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        var text = new StringBuilder();
        for (var row : rows) {
            for (int i = 0; i < widths.length; i++) {
                text.append(row.get(i)).append(" ".repeat(widths[i] - row.get(i).length() + 2));
            }
            text.append('\n');
        }
        return text.toString();
    }

    private Map<String, List<Map<String, Object>>> recorded(Predicate<String> which) throws IOException {
        var all = new TreeMap<String, List<Map<String, Object>>>();
        try (var files = Files.list(folder)) {
            for (var file :
                    files.filter(name -> name.toString().endsWith(".json")).toList()) {
                var record = Json.object(Files.readString(file));
                if (which.test(Json.text(record, "benchmark"))) {
                    all.put(Json.text(record, "benchmark"), Json.objects(record, "lines"));
                }
            }
        }
        return all;
    }

    private Map<String, Object> asMap(Line line) {
        var map = new LinkedHashMap<String, Object>();
        map.put("name", line.name());
        map.put("columns", columns(line));
        return map;
    }

    private List<String> columns(Line line) {
        var columns = new ArrayList<>(line.columns());
        columns.add(commit);
        return columns;
    }

    private static List<String> cells(Map<String, Object> line) {
        var cells = new ArrayList<>(List.of(Json.text(line, "name")));
        cells.addAll(Json.texts(line, "columns"));
        cells.replaceAll(cell -> cell.replace("|", "\\|"));
        return cells;
    }
}
