package dev.elevo.bench;

import java.time.Duration;

/** The shortest time of an operation that does the same each time: what is longer than that was somebody else's. */
record Fastest(Latency.Timed operation) implements Measure {
    private static final int FEWEST = 3;

    @Override
    public double over(Duration stretch) throws Exception {
        var end = System.nanoTime() + stretch.toNanos();
        var shortest = Long.MAX_VALUE;
        for (int i = 0; i < FEWEST || System.nanoTime() < end; i++) {
            shortest = Math.min(shortest, operation.nanos());
        }
        return shortest / 1e6;
    }
}
