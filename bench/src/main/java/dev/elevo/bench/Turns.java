package dev.elevo.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Times of single acts, ours and a peer's in turns. Where the must is a time and not a ratio, the peer tells what the machine
 * was worth that day.
 *
 * @param blocks how many are wanted of a quiet machine
 * @param ours acts of ours in a block, one half before and one half after the peer's
 * @param peers acts of the peer in a block
 */
record Turns(int blocks, int ours, int peers) {
    private static final int PATIENCE = 2;

    private record Block(List<Double> ours, List<Double> peers) {}

    /** Milliseconds. */
    record Times(Quantiles ours, Quantiles peers, int discarded) {
        /** Of what and how many, for the column of the spread. */
        String samples() {
            return " of " + ours.sorted().size() + (discarded == 0 ? "" : ", " + discarded + " blocks discarded");
        }
    }

    Times take(Latency.Timed our, Latency.Timed peer) throws Exception {
        block(our, peer);
        try (var blocks = new QuietBlocks<Block>()) {
            do {
                blocks.add(() -> block(our, peer));
            } while (blocks.quiet().size() < blocks() && blocks.size() < PATIENCE * blocks());
            var quiet = blocks.quiet();
            return new Times(
                    Quantiles.of(quiet.stream()
                            .flatMap(block -> block.ours().stream())
                            .toList()),
                    Quantiles.of(quiet.stream()
                            .flatMap(block -> block.peers().stream())
                            .toList()),
                    blocks.size() - quiet.size());
        }
    }

    private Block block(Latency.Timed our, Latency.Timed peer) throws Exception {
        var first = times(our, (ours + 1) / 2);
        var between = times(peer, peers);
        var second = times(our, ours / 2);
        return new Block(Stream.concat(first.stream(), second.stream()).toList(), between);
    }

    private static List<Double> times(Latency.Timed act, int count) throws Exception {
        var times = new ArrayList<Double>();
        for (int i = 0; i < count; i++) {
            times.add(act.nanos() / 1e6);
        }
        return times;
    }
}
