package dev.elevo.bench;

import java.time.Duration;
import java.util.List;

/**
 * Ours and a peer, doing the same checked work, driven by this one process in blocks of ours, peer, peer, ours. The figure is
 * the median of the blocks' ratios: both sides of a block met the same noise.
 */
record Contest(String name, String peerName, String unit, Target target, Measure ours, Measure peer) {
    private static final int BLOCKS = 10;
    private static final int MOST_BLOCKS = 16;
    private static final Duration STRETCH = Duration.ofMillis(500);

    /** What is not warm by then is not in use, and its cost is that of a first call. */
    static final Duration WARM_UP = Duration.ofSeconds(20);

    private record Block(double ours, double peer) {
        double ratio() {
            return ours / peer;
        }
    }

    Line run() throws Exception {
        ours.over(WARM_UP);
        peer.over(WARM_UP);
        try (var blocks = new QuietBlocks<Block>()) {
            do {
                blocks.add(this::block);
            } while (blocks.quiet().size() < BLOCKS && blocks.size() < MOST_BLOCKS);
            return line(blocks.quiet(), blocks.size());
        }
    }

    private Block block() throws Exception {
        var firstOurs = ours.over(STRETCH);
        var firstPeer = peer.over(STRETCH);
        var secondPeer = peer.over(STRETCH);
        var secondOurs = ours.over(STRETCH);
        return new Block((firstOurs + secondOurs) / 2, (firstPeer + secondPeer) / 2);
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
