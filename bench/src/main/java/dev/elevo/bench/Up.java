package dev.elevo.bench;

import java.util.ArrayList;
import java.util.List;

/** The local run, built and with its AOT caches: how soon it is ready and how much memory it takes when idle. */
final class Up implements Benchmark {
    private static final int STARTS = 5;

    @Override
    public String name() {
        return "up";
    }

    @Override
    public List<Line> run() throws Exception {
        var seconds = new ArrayList<Double>();
        var megabytes = new ArrayList<Double>();
        // Homes are removed at the end only: where thousands of files have just been, ext4 takes each of their inodes
        // in its hand before it
        // gives out another, and that is no part of a start.
        var scratches = new ArrayList<Scratch>();
        try {
            for (int i = 0; i <= STARTS; i++) {
                var scratch = new Scratch(name());
                scratches.add(scratch);
                var run = new LocalRun(scratch);
                if (i > 0) { // the first builds and trains what was not there yet
                    seconds.add(run.readySeconds());
                    megabytes.add(run.residentMegabytes());
                }
                scratch.stop();
            }
        } finally {
            for (var scratch : scratches) {
                scratch.close();
            }
        }
        return List.of(
                line("./elevo up to ready", "s", seconds, Target.atMost(5, 5)),
                line("resident memory, idle", "MB", megabytes, Target.atMost(700, 700)));
    }

    private static Line line(String name, String unit, List<Double> samples, Target target) {
        var quantiles = Quantiles.of(samples);
        return new Line.Plain(name, unit, quantiles.median(), quantiles.at(0.1), quantiles.at(0.9), target);
    }
}
