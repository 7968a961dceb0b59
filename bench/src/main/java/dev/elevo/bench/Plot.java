package dev.elevo.bench;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The table as a picture: for each row how many times better it is than it must be, on a logarithmic scale. It is drawn from the
 * cells, so that rows which were recorded elsewhere are in it, too.
 */
final class Plot {
    private static final Pattern TARGET = Pattern.compile("([≤≥]) (\\S+) / \\S+(?: (.+))?");
    private static final Pattern NUMBER = Pattern.compile("-?[0-9.]+");

    private static final int WIDTH = 980;
    private static final int LEFT = 430;
    private static final int RIGHT = 900;
    private static final int ROW = 18;
    private static final int TOP = 40;

    /** From a quarter of what it must be to a hundred times as good; what is beyond ends at the edge. */
    private static final double WORST = 0.25;

    private static final double BEST = 100;
    private static final List<Double> TICKS = List.of(0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 100.0);

    private Plot() {}

    private record Bar(String name, double margin, String verdict) {
        String colour() {
            return switch (verdict) {
                case "aim" -> "#2e7d32";
                case "must" -> "#1565c0";
                default -> "#c62828";
            };
        }
    }

    /** @param rows of the table, without those of failures, which have no figure */
    static String of(List<List<String>> rows) {
        var bars = rows.stream().flatMap(row -> bar(row).stream()).toList();
        var height = TOP + ROW * bars.size() + 10;
        var svg = new StringBuilder();
        svg.append(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" font-family=\"sans-serif\" font-size=\"11\">%n"
                        .formatted(WIDTH, height));
        svg.append("<title>How many times better each figure is than it must be</title>\n");
        svg.append("<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n");
        svg.append(
                "<text x=\"10\" y=\"14\">times better than the must; green reaches the aim, blue the must, red neither</text>\n");
        for (var tick : TICKS) {
            svg.append("<line x1=\"%1$s\" x2=\"%1$s\" y1=\"%2$d\" y2=\"%3$d\" stroke=\"%4$s\"/>%n"
                    .formatted(x(tick), TOP - 6, height - 6, tick == 1.0 ? "black" : "#dddddd"));
            svg.append("<text x=\"%s\" y=\"%d\" text-anchor=\"middle\">%s</text>%n"
                    .formatted(x(tick), TOP - 10, number(tick)));
        }
        for (int i = 0; i < bars.size(); i++) {
            draw(bars.get(i), TOP + i * ROW, svg);
        }
        return svg.append("</svg>\n").toString();
    }

    private static void draw(Bar bar, int y, StringBuilder svg) {
        var from = Math.min(position(1), position(bar.margin()));
        var to = Math.max(position(1), position(bar.margin()));
        svg.append("<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>%n"
                .formatted(LEFT - 8, y + 12, escaped(bar.name())));
        svg.append("<rect x=\"%s\" y=\"%d\" width=\"%s\" height=\"%d\" fill=\"%s\"/>%n"
                .formatted(number(from), y + 2, number(Math.max(to - from, 2)), ROW - 5, bar.colour()));
        svg.append("<text x=\"%d\" y=\"%d\">%s ×</text>%n".formatted(RIGHT + 8, y + 12, Line.shortly(bar.margin())));
    }

    /** Nothing where a row has no figure or no bound that could be reached by a factor. */
    private static Optional<Bar> bar(List<String> cells) {
        var target = TARGET.matcher(cells.get(5));
        if (!target.matches()) {
            return Optional.empty();
        }
        // A bound with a unit is one of our figure, one without is one of the ratio.
        var figure = NUMBER.matcher(cells.get(target.group(3) == null ? 3 : 1));
        if (!figure.find()) {
            return Optional.empty();
        }
        var ours = Double.parseDouble(figure.group());
        var must = Double.parseDouble(target.group(2));
        if (must <= 0) {
            return Optional.empty();
        }
        // Below nothing there are no factors: better than any.
        var margin = target.group(1).equals("≥") ? ours / must : ours <= 0 ? BEST : must / ours;
        return Optional.of(new Bar(cells.getFirst(), margin, cells.get(6)));
    }

    private static double position(double margin) {
        var share = Math.log(Math.clamp(margin, WORST, BEST) / WORST) / Math.log(BEST / WORST);
        return LEFT + share * (RIGHT - LEFT);
    }

    private static String x(double margin) {
        return number(position(margin));
    }

    private static String number(double value) {
        return value == Math.rint(value) ? Long.toString((long) value) : String.format(Locale.ROOT, "%.2f", value);
    }

    private static String escaped(String text) {
        return text.replace("\\|", "|").replace("&", "&amp;").replace("<", "&lt;");
    }
}
