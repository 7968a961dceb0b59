package dev.elevo.conformance.report;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The report that people read: areas and their endpoints, and behind each the statements that were tried. One file, and nothing from elsewhere. */
public final class HtmlTable {
    private static final String HEAD = """
        <!doctype html>
        <html lang="en">
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width">
        <title>Conformance</title>
        <style>
        body { font: 15px/1.45 system-ui, sans-serif; margin: 2rem auto; max-width: 72rem; padding: 0 1rem; color: #1b1f24; background: #fff; }
        table { border-collapse: collapse; width: 100%; }
        th, td { text-align: left; padding: .25rem .6rem; border-bottom: 1px solid #d8dee4; vertical-align: top; }
        td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; width: 6rem; }
        tr.area th { padding-top: 1.4rem; font-size: 1.1rem; }
        .failed { color: #b3261e; font-weight: 600; } .not-offered { color: #7a5200; } .passed { color: #1a6b35; }
        pre { white-space: pre-wrap; overflow-wrap: anywhere; background: #f6f8fa; padding: .6rem; margin: .3rem 0; }
        ul { margin: .3rem 0; padding-left: 1.2rem; } code { font-size: .95em; }
        @media (prefers-color-scheme: dark) {
          body { color: #e6e6e6; background: #16191d; } th, td { border-color: #343a41; } pre { background: #21262c; }
          .failed { color: #ff8a80; } .not-offered { color: #f0c36d; } .passed { color: #7fd29a; }
        }
        </style>
        <h1>Conformance</h1>
        """;

    private final StringBuilder html = new StringBuilder(HEAD);

    private HtmlTable() {}

    public static String of(String url, List<Result> results, List<String> gaps, Duration took) {
        var table = new HtmlTable();
        table.write(url, results, gaps, took);
        return table.html.toString();
    }

    private void write(String url, List<Result> results, List<String> gaps, Duration took) {
        html.append("<p>")
                .append(escaped(url))
                .append(", in ")
                .append(took.toSeconds())
                .append(" s: ");
        for (var verdict : Verdict.values()) {
            html.append(span(verdict, count(results, verdict) + " " + verdict.words()))
                    .append(' ');
        }
        html.append("</p>\n");
        if (!gaps.isEmpty()) {
            html.append("<h2>Described, and not tried</h2>\n<ul>");
            gaps.forEach(gap -> html.append("<li>").append(escaped(gap)).append("</li>\n"));
            html.append("</ul>\n");
        }
        html.append("<table>\n<thead><tr><th>Endpoint</th>");
        for (var verdict : Verdict.values()) {
            html.append("<th class=\"n\">").append(verdict.words()).append("</th>");
        }
        html.append("</tr></thead>\n<tbody>\n");
        grouped(results, true).forEach((area, ofArea) -> {
            row("<th scope=\"rowgroup\">" + escaped(area) + "</th>", ofArea, " class=\"area\"");
            grouped(ofArea, false).forEach(this::endpoint);
        });
        html.append("</tbody>\n</table>\n</html>\n");
    }

    private static Map<String, List<Result>> grouped(List<Result> results, boolean byArea) {
        return results.stream()
                .collect(Collectors.groupingBy(
                        result ->
                                byArea ? result.tried().area() : result.tried().endpoint(),
                        LinkedHashMap::new,
                        Collectors.toList()));
    }

    private void endpoint(String endpoint, List<Result> results) {
        var open = count(results, Verdict.FAILED) > 0 ? " open" : "";
        var cell = new StringBuilder(
                "<td><details" + open + "><summary><code>" + escaped(endpoint) + "</code></summary>\n<ul>\n");
        for (var result : results) {
            cell.append("<li>")
                    .append(span(result.verdict(), result.verdict().words()))
                    .append(' ')
                    .append(escaped(result.tried().statement()));
            if (!result.why().isEmpty()) {
                cell.append("<pre>").append(escaped(result.why())).append("</pre>");
            }
            if (!result.exchange().isEmpty()) {
                cell.append("<pre>").append(escaped(result.exchange())).append("</pre>");
            }
            cell.append("</li>\n");
        }
        row(cell.append("</ul></details></td>").toString(), results, "");
    }

    private void row(String first, List<Result> results, String attributes) {
        html.append("<tr").append(attributes).append('>').append(first);
        for (var verdict : Verdict.values()) {
            var count = count(results, verdict);
            html.append("<td class=\"n\">")
                    .append(count == 0 ? "" : span(verdict, Long.toString(count)))
                    .append("</td>");
        }
        html.append("</tr>\n");
    }

    private static String span(Verdict verdict, String text) {
        return "<span class=\"" + verdict.words().replace(' ', '-') + "\">" + text + "</span>";
    }

    private static long count(List<Result> results, Verdict verdict) {
        return results.stream().filter(result -> result.has(verdict)).count();
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
