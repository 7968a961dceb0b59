package dev.elevo.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/** Blocks of measurements, before each of which the machine is asked how fast it is. Those that began on a noisy one are discarded. */
final class QuietBlocks<T> implements AutoCloseable {
    /** A block before which the machine was this much slower than at its best says nothing. */
    private static final double NOISE = 1.5;

    private final FloorProbe probe = new FloorProbe();
    private final List<Block<T>> blocks = new ArrayList<>();

    private record Block<T>(double floor, T measured) {}

    QuietBlocks() throws IOException {
        probe.nanos();
    }

    void add(Callable<T> measurement) throws Exception {
        var floor = probe.nanos();
        blocks.add(new Block<>(floor, measurement.call()));
    }

    int size() {
        return blocks.size();
    }

    List<T> quiet() {
        var best = blocks.stream().mapToDouble(Block::floor).min().orElseThrow();
        return blocks.stream()
                .filter(block -> block.floor() <= NOISE * best)
                .map(Block::measured)
                .toList();
    }

    @Override
    public void close() {
        probe.close();
    }
}
