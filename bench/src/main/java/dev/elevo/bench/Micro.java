package dev.elevo.bench;

import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/** What is too short for a clock, by JMH, in JVMs of its own. */
final class Micro implements Benchmark {
    private static final int FORKS = 2;
    private static final int WARM_UPS = 5;
    private static final int ITERATIONS = 10;

    private record Bound(String line, Target target) {}

    private static final Map<String, Bound> BOUNDS = Map.of(
            "keyLookup", new Bound("key lookup, remembered", Target.atMost(20, 5)),
            "rateLimit", new Bound("rate-limit decision, from a lease", Target.atMost(20, 5)),
            "capability", new Bound("capability for the agent, made and believed", Target.atMost(20, 5)));

    @Override
    public String name() {
        return "micro";
    }

    @Override
    public List<Line> run() throws RunnerException {
        var options = new OptionsBuilder()
                .include(HotPath.class.getName())
                .mode(Mode.AverageTime)
                .timeUnit(TimeUnit.MICROSECONDS)
                .forks(FORKS)
                .warmupIterations(WARM_UPS)
                .warmupTime(TimeValue.seconds(1))
                .measurementIterations(ITERATIONS)
                .measurementTime(TimeValue.seconds(1))
                .shouldFailOnError(true)
                .build();
        return new Runner(options).run().stream().map(Micro::line).toList();
    }

    private static Line line(RunResult result) {
        var bound = BOUNDS.get(result.getPrimaryResult().getLabel());
        if (bound == null) {
            throw new WrongReply("no bound for " + result.getPrimaryResult().getLabel());
        }
        var times = result.getPrimaryResult().getStatistics();
        return new Line.Plain(
                bound.line(),
                "µs",
                times.getPercentile(50),
                times.getPercentile(10),
                times.getPercentile(90),
                bound.target());
    }
}
