package dev.elevo.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The table on the screen, and one JSON file per benchmark, from which the page in the documentation is made. */
final class Report {
    private static final List<String> HEADINGS =
            List.of("what", "ours", "peer", "ratio", "p10 … p90", "must / aim", "reached");

    private final Path folder;

    Report(Path folder) {
        this.folder = folder;
    }

    void write(String benchmark, List<Line> lines) throws IOException {
        Files.createDirectories(folder);
        var rows = lines.stream().map(Report::asMap).toList();
        Files.writeString(
                folder.resolve(benchmark + ".json"), Json.write(Map.of("benchmark", benchmark, "lines", rows)));
    }

    /** All benchmarks that were ever run here, as a table in Markdown. */
    String markdown() throws IOException {
        var text = new StringBuilder(
                "| " + String.join(" | ", HEADINGS) + " |\n|" + "---|".repeat(HEADINGS.size()) + "\n");
        for (var lines : recorded().values()) {
            for (var line : lines) {
                text.append("| ").append(String.join(" | ", cells(line))).append(" |\n");
            }
        }
        return text.toString();
    }

    static String table(List<Line> lines) {
        var rows = new ArrayList<List<String>>();
        rows.add(HEADINGS);
        for (var line : lines) {
            var row = new ArrayList<>(List.of(line.name()));
            row.addAll(line.columns());
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

    private Map<String, List<Map<String, Object>>> recorded() throws IOException {
        var all = new TreeMap<String, List<Map<String, Object>>>();
        try (var files = Files.list(folder)) {
            for (var file :
                    files.filter(name -> name.toString().endsWith(".json")).toList()) {
                all.put(file.getFileName().toString(), Json.objects(Json.object(Files.readString(file)), "lines"));
            }
        }
        return all;
    }

    private static Map<String, Object> asMap(Line line) {
        var map = new LinkedHashMap<String, Object>();
        map.put("name", line.name());
        map.put("columns", line.columns());
        return map;
    }

    private static List<String> cells(Map<String, Object> line) {
        var cells = new ArrayList<>(List.of(Json.text(line, "name")));
        cells.addAll(Json.texts(line, "columns"));
        return cells;
    }
}
