package dev.elevo.bench;

import dev.elevo.contract.Area;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * From the start of a JVM with Lambda's runtime interface client to the first answer, which needs the whole pipeline and the
 * tables, for the package of each function: plain, with the AOT cache of a training run, and after a rehearsal, which is what a
 * snapshot (SnapStart) holds. What a restore itself takes is AWS's, and not in the last.
 */
final class Cold implements Benchmark {
    static final String NAME = "cold";

    private static final Target RATIO = Target.atMost(0.45, 0.45);
    private static final Target MILLIS = Target.atMost(600, 600);
    private static final Target MEGABYTES = Target.atMost(256, 200);

    /** The events of the training run; what it loads and links is in the cache. */
    private static final int LESSONS = 20;

    /** Of each kind, in turns: both sides of a pair met the same noise. */
    private static final int STARTS = 5;

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public List<Line> run() throws Exception {
        try (var scratch = new Scratch(name());
                var state = new StateServer(scratch)) {
            var people = new PeopleServer(scratch);
            var lines = new ArrayList<Line>();
            for (var area : Area.values()) {
                lines.addAll(report(area, scratch, state, people));
            }
            return lines;
        }
    }

    /** One that fails takes nothing from the others. */
    private static List<Line> report(Area area, Scratch scratch, StateServer state, PeopleServer people)
            throws InterruptedException {
        try {
            var function = new ColdFunction(area, scratch, state, people);
            if (area == Area.ADMIN) {
                function.makeTables();
            }
            return report(function);
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            return List.of(Line.Failed.by(e, area.areaName() + ": cold start"));
        }
    }

    private static List<Line> report(ColdFunction function) throws Exception {
        var name = function.area().areaName();
        var cache = function.folder().resolve("function.aot");
        function.start(Optional.of("-XX:AOTCacheOutput=" + cache), LESSONS);
        if (!Files.exists(cache)) {
            throw new IOException("no AOT cache was written for " + name + ": " + function.printed());
        }
        var plain = new ArrayList<Double>();
        var cached = new ArrayList<Double>();
        var primed = new ArrayList<Double>();
        var ratios = new ArrayList<Double>();
        var resident = new ArrayList<Double>();
        for (int i = 0; i < STARTS; i++) {
            var without = function.start(Optional.empty(), 1);
            var with = function.start(Optional.of("-XX:AOTCache=" + cache), 1);
            var rehearsed = function.restore();
            plain.add(without.millis());
            cached.add(with.millis());
            ratios.add(with.millis() / without.millis());
            primed.add(rehearsed.millis());
            resident.add(Math.max(without.megabytes(), rehearsed.megabytes()));
        }
        var median = Quantiles.of(cached).median();
        var beside = Quantiles.of(plain).median();
        var spread = spread(cached);
        return List.of(
                new Line.Beside(name + ": cold start with AOT cache", "plain", "ms", median, beside, spread, MILLIS),
                new Line.Beside(
                        name + ": the same, relative",
                        "plain",
                        "×",
                        Quantiles.of(ratios).median(),
                        1,
                        spread(ratios),
                        RATIO),
                new Line.Beside(
                        name + ": first answer after its rehearsal",
                        "plain",
                        "ms",
                        Quantiles.of(primed).median(),
                        beside,
                        spread(primed),
                        MILLIS),
                new Line.Beside(
                        name + ": memory it needs",
                        "of 1024",
                        "MB",
                        Quantiles.of(resident).at(1),
                        1024,
                        spread(resident),
                        MEGABYTES));
    }

    private static String spread(List<Double> samples) {
        var all = Quantiles.of(samples);
        return Line.shortly(all.at(0)) + " … " + Line.shortly(all.at(1)) + " of " + samples.size();
    }
}
