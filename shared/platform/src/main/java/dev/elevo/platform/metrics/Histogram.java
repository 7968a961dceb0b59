package dev.elevo.platform.metrics;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/** Times in buckets, whose upper bounds are those that a scraper is told. */
public final class Histogram {
    /** In milliseconds; the last bucket has no bound. */
    public static final List<Double> BOUNDS =
            List.of(1.0, 2.5, 5.0, 10.0, 25.0, 50.0, 100.0, 250.0, 500.0, 1000.0, 2500.0, 5000.0, 10_000.0, 30_000.0);

    private static final double MICROS = 1000;

    private final long[] buckets = new long[BOUNDS.size() + 1];
    private long micros;

    public synchronized void add(long nanos) {
        var millis = nanos / 1e6;
        int bucket = 0;
        while (bucket < BOUNDS.size() && millis > BOUNDS.get(bucket)) {
            bucket++;
        }
        buckets[bucket]++;
        micros += nanos / 1000;
    }

    public synchronized void add(Histogram other) {
        var theirs = other.numbers();
        for (int i = 0; i < buckets.length; i++) {
            buckets[i] += theirs[i];
        }
        micros += theirs[buckets.length];
    }

    public synchronized long count() {
        return LongStream.of(buckets).sum();
    }

    public synchronized double sumMillis() {
        return micros / MICROS;
    }

    /** How many took no longer than the bound of that number. */
    public synchronized long upTo(int bound) {
        return LongStream.of(buckets).limit(bound + 1L).sum();
    }

    public double averageMillis() {
        var count = count();
        return count == 0 ? 0 : sumMillis() / count;
    }

    /** About what that part of them took at the most: as if times were spread evenly over a bucket. */
    public synchronized double quantile(double part) {
        var wanted = part * count();
        double passed = 0;
        for (int i = 0; i < BOUNDS.size(); i++) {
            if (buckets[i] > 0 && passed + buckets[i] >= wanted) {
                var low = i == 0 ? 0 : BOUNDS.get(i - 1);
                return low + (BOUNDS.get(i) - low) * Math.max(0, wanted - passed) / buckets[i];
            }
            passed += buckets[i];
        }
        return count() == 0 ? 0 : BOUNDS.getLast();
    }

    private synchronized long[] numbers() {
        var numbers = Arrays.copyOf(buckets, buckets.length + 1);
        numbers[buckets.length] = micros;
        return numbers;
    }

    String spell() {
        return LongStream.of(numbers()).mapToObj(Long::toString).collect(Collectors.joining(","));
    }

    static Histogram parse(String text) {
        var histogram = new Histogram();
        var numbers = text.split(",", -1);
        for (int i = 0; i < histogram.buckets.length; i++) {
            histogram.buckets[i] = Long.parseLong(numbers[i]);
        }
        histogram.micros = Long.parseLong(numbers[histogram.buckets.length]);
        return histogram;
    }
}
