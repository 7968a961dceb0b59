package dev.elevo.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** What a hundred sandboxes in which nothing runs cost a machine, compared with the same processes of ours without them. */
final class Idle implements Benchmark {
    private static final int COUNT = 100;
    private static final int ROUNDS = 3;

    /** Until garbage is collected, when what is made ahead of need is there again. */
    private static final Duration REST = Duration.ofSeconds(10);

    /** As long as the longest of what comes round by itself, the sweep. */
    private static final Duration WINDOW = Duration.ofMinutes(1);

    /** Where a kernel notes what it needs for others. The stacks are in two of them, and a sandbox pays for both. */
    private static final List<String> KERNEL =
            List.of("Slab", "KernelStack", "PageTables", "SecPageTables", "Percpu", "VmallocUsed", "Shmem");

    @Override
    public String name() {
        return "idle";
    }

    @Override
    public List<Line> run() throws Exception {
        try (var scratch = new Scratch(name())) {
            var run = new LocalRun(scratch, Map.of("ELEVO_MAX_SANDBOXES", "1000"));
            var shares = new ArrayList<Double>();
            var megabytes = new ArrayList<Double>();
            try (var wire = run.connect()) {
                for (int i = 0; i <= ROUNDS; i++) {
                    rest(run);
                    var shareWithout = i == 0 ? 0 : percentOfACore(run);
                    var kernelWithout = kernelKilobytes();
                    var sandboxes = create(wire);
                    rest(run);
                    if (i > 0) { // not of the first round, which warms up, and after which as many stand ready
                        megabytes.add(((kernelKilobytes() - kernelWithout) / COUNT + helperKilobytes(run)) / 1024);
                        shares.add(percentOfACore(run) - shareWithout);
                    }
                    for (var sandbox : sandboxes) {
                        sandbox.delete();
                    }
                }
            }
            return List.of(
                    line("100 idle sandboxes, share of one core", "%", shares, Target.atMost(1, 1)),
                    line("idle sandbox, kernel and helper memory", "MiB", megabytes, Target.atMost(6, 3)));
        }
    }

    private static Line line(String name, String unit, List<Double> samples, Target target) {
        var quantiles = Quantiles.of(samples);
        return new Line.Plain(name, unit, quantiles.median(), quantiles.at(0.1), quantiles.at(0.9), target);
    }

    private static List<OurSandbox> create(Wire wire) throws IOException {
        var sandboxes = new ArrayList<OurSandbox>();
        while (sandboxes.size() < COUNT) {
            sandboxes.add(OurSandbox.create(wire, "{}"));
        }
        return sandboxes;
    }

    private static double percentOfACore(LocalRun run) throws IOException, InterruptedException {
        var start = System.nanoTime();
        var before = run.cpuNanos();
        TimeUnit.NANOSECONDS.sleep(WINDOW.toNanos());
        return 100.0 * (run.cpuNanos() - before) / (System.nanoTime() - start);
    }

    private static double kernelKilobytes() throws IOException {
        long sum = 0;
        for (var field : KERNEL) {
            sum += ProcessFiles.kilobytes(field);
        }
        return sum;
    }

    /** Of one; what many share is shared out among them. */
    private static double helperKilobytes(LocalRun run) throws IOException {
        var helpers = run.helpers();
        long sum = 0;
        for (var helper : helpers) {
            sum += ProcessFiles.kilobytes(helper, "smaps_rollup", "Pss");
        }
        return (double) sum / helpers.size();
    }

    private static void rest(LocalRun run) throws IOException, InterruptedException {
        run.awaitRest();
        TimeUnit.NANOSECONDS.sleep(REST.toNanos());
    }
}
