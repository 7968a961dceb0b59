package dev.elevo.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;

/** Operations per second of several callers, each of which waits for its answer before it asks again. */
record Throughput(List<Callable<Void>> callers) implements Measure {

    Throughput {
        callers = List.copyOf(callers);
    }

    @Override
    public double over(Duration stretch) throws Exception {
        var start = System.nanoTime();
        var end = start + stretch.toNanos();
        long done = 0;
        try (var threads = Executors.newFixedThreadPool(callers.size())) {
            var counts = new ArrayList<Callable<Long>>();
            for (var caller : callers) {
                counts.add(() -> callUntil(end, caller));
            }
            for (var count : threads.invokeAll(counts)) {
                done += count.get();
            }
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
        return done * 1e9 / (System.nanoTime() - start);
    }

    private static long callUntil(long end, Callable<Void> caller) throws Exception {
        long done = 0;
        while (System.nanoTime() < end) {
            caller.call();
            done++;
        }
        return done;
    }
}
