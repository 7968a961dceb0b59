package dev.elevo.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Ours and a peer, doing the same checked work, driven by this one process in blocks of ours, peer, peer, ours. The figure is
 * the median of the blocks' ratios: both sides of a block met the same noise.
 */
record Contest(String name, String peerName, String unit, Target target, Measure ours, Measure peer) {
    private static final int BLOCKS = 10;
    private static final int MOST_BLOCKS = 16;
    private static final Duration STRETCH = Duration.ofMillis(500);
    private static final Duration WARM_UP = Duration.ofSeconds(20);

    /** A block before which the machine was this much slower than at its best says nothing. */
    private static final double NOISE = 1.5;

    private record Block(double floor, double ours, double peer) {
        double ratio() {
            return ours / peer;
        }
    }

    Line run() throws Exception {
        ours.over(WARM_UP);
        peer.over(WARM_UP);
        try (var probe = new FloorProbe()) {
            probe.nanos();
            var blocks = new ArrayList<Block>();
            do {
                blocks.add(block(probe.nanos()));
            } while (quiet(blocks).size() < BLOCKS && blocks.size() < MOST_BLOCKS);
            return line(quiet(blocks), blocks.size());
        }
    }

    private Block block(double floor) throws Exception {
        var firstOurs = ours.over(STRETCH);
        var firstPeer = peer.over(STRETCH);
        var secondPeer = peer.over(STRETCH);
        var secondOurs = ours.over(STRETCH);
        return new Block(floor, (firstOurs + secondOurs) / 2, (firstPeer + secondPeer) / 2);
    }

    private static List<Block> quiet(List<Block> blocks) {
        var best = blocks.stream().mapToDouble(Block::floor).min().orElseThrow();
        return blocks.stream().filter(block -> block.floor() <= NOISE * best).toList();
    }

    private Line line(List<Block> kept, int all) {
        var ratios = Quantiles.of(kept.stream().map(Block::ratio).toList());
        return new Line.Ratio(
                name,
                peerName,
                unit,
                Quantiles.of(kept.stream().map(Block::ours).toList()).median(),
                Quantiles.of(kept.stream().map(Block::peer).toList()).median(),
                ratios.median(),
                ratios.at(0.1),
                ratios.at(0.9),
                kept.size(),
                all - kept.size(),
                target);
    }
}
