package dev.elevo.conformance;

import dev.elevo.conformance.areas.Areas;
import dev.elevo.conformance.dsl.Case;
import dev.elevo.conformance.dsl.Lab;
import dev.elevo.conformance.dsl.Target;
import dev.elevo.conformance.report.HtmlTable;
import dev.elevo.conformance.report.JUnitXml;
import dev.elevo.conformance.report.Result;
import dev.elevo.conformance.report.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One run of the suite.
 *
 * @param gaps what the description has and the suite did not try; only of a run of all areas
 */
public record Conformance(Target target, List<Result> results, List<String> gaps, Duration took) {
    /** How many cases; more of them would wait for one another's sandboxes. */
    public static final int USUALLY_AT_A_TIME = 12;

    /**
     * Tries a deployment.
     *
     * @param areas to be tried; none: all
     * @param atATime cases
     * @throws InterruptedException if whoever runs it is to end
     */
    public static Conformance run(Target target, Set<String> areas, int atATime) throws InterruptedException {
        var begun = Instant.now();
        try (var lab = new Lab(target)) {
            var all = Areas.all(lab);
            var unknown = areas.stream()
                    .filter(name -> all.stream().noneMatch(area -> area.name().equals(name)))
                    .toList();
            if (!unknown.isEmpty()) {
                throw new UsageException("unknown " + unknown + "; the areas are "
                        + all.stream().map(area -> area.name()).toList());
            }
            var cases = all.stream()
                    .filter(area -> areas.isEmpty() || areas.contains(area.name()))
                    .flatMap(area -> area.cases().stream())
                    .toList();
            var results = new Runner(lab, atATime).run(cases);
            var gaps = areas.isEmpty() ? new Coverage(lab.description(), results).gaps() : List.<String>of();
            return new Conformance(target, results, gaps, Duration.between(begun, Instant.now()));
        }
    }

    public boolean isGood() {
        return gaps.isEmpty() && with(Verdict.FAILED).isEmpty();
    }

    public List<Result> with(Verdict verdict) {
        return results.stream().filter(result -> result.has(verdict)).toList();
    }

    public void write(Path directory) throws IOException {
        Files.createDirectories(directory);
        Files.writeString(directory.resolve("conformance.xml"), JUnitXml.of(results, gaps));
        Files.writeString(directory.resolve("conformance.html"), HtmlTable.of(target.url(), results, gaps, took));
    }

    /** For a terminal. */
    public String summary() {
        var lines = new ArrayList<String>();
        results.stream()
                .collect(
                        Collectors.groupingBy(result -> result.tried().area(), LinkedHashMap::new, Collectors.toList()))
                .forEach((area, ofArea) -> lines.add(line(area, ofArea)));
        Stream.of(Verdict.NOT_OFFERED, Verdict.FAILED)
                .flatMap(verdict -> with(verdict).stream())
                .forEach(result ->
                        lines.add(result.verdict().words() + ": " + said(result.tried()) + "\n    " + result.why()));
        gaps.forEach(gap -> lines.add("not tried: " + gap));
        lines.add("%d statements of %d endpoints hold, %d do not, %d are not offered, %d are not tried; %d s"
                .formatted(
                        with(Verdict.PASSED).size(),
                        results.stream()
                                .map(result -> result.tried().endpoint())
                                .distinct()
                                .count(),
                        with(Verdict.FAILED).size(),
                        with(Verdict.NOT_OFFERED).size(),
                        gaps.size(),
                        took.toSeconds()));
        return String.join("\n", lines) + "\n";
    }

    private static String line(String area, List<Result> results) {
        return "%-18s".formatted(area)
                + Stream.of(Verdict.values())
                        .map(verdict -> "%6d %s"
                                .formatted(
                                        results.stream()
                                                .filter(result -> result.has(verdict))
                                                .count(),
                                        verdict.words()))
                        .collect(Collectors.joining());
    }

    private static String said(Case tried) {
        return tried.area() + ": " + tried.endpoint() + ": " + tried.statement();
    }
}
