package dev.elevo.bench;

import java.time.Duration;
import java.util.ArrayList;

/** The median time of an operation done again and again by one caller. */
record Latency(Timed operation) implements Measure {
    /** So that an operation slower than the stretch still gives a median. */
    private static final int FEWEST = 3;

    /** Does the operation once and tells how long it took; what it tidies up afterwards is not in the time. */
    @FunctionalInterface
    interface Timed {
        long nanos() throws Exception;
    }

    @Override
    public double over(Duration stretch) throws Exception {
        var samples = new ArrayList<Double>();
        var end = System.nanoTime() + stretch.toNanos();
        while (samples.size() < FEWEST || System.nanoTime() < end) {
            samples.add(operation.nanos() / 1e6);
        }
        return Quantiles.of(samples).median();
    }

    static Latency of(Runnable operation) {
        return new Latency(() -> {
            var start = System.nanoTime();
            operation.run();
            return System.nanoTime() - start;
        });
    }
}
