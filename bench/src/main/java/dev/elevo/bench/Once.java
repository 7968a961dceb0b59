package dev.elevo.bench;

import java.time.Duration;

/** The time of a single act that takes longer than a stretch by itself. */
record Once(Latency.Timed operation) implements Measure {
    @Override
    public double over(Duration stretch) throws Exception {
        return operation.nanos() / 1e6;
    }
}
