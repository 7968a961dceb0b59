package dev.elevo.bench;

import java.util.List;
import java.util.Locale;

/** One line of the table. */
sealed interface Line {
    String name();

    /** The columns after the name: ours, peer, figure, spread, target, verdict. */
    List<String> columns();

    default boolean broken() {
        return false;
    }

    /** Ours against a peer, in blocks one after the other. */
    record Ratio(
            String name,
            String peerName,
            String unit,
            double ours,
            double peer,
            double ratio,
            double p10,
            double p90,
            int blocks,
            int discarded,
            Target target)
            implements Line {
        @Override
        public List<String> columns() {
            return List.of(
                    shortly(ours) + " " + unit,
                    shortly(peer) + " " + unit + " (" + peerName + ")",
                    "× " + shortly(ratio),
                    shortly(p10) + " … " + shortly(p90) + " of " + blocks
                            + (discarded == 0 ? "" : ", " + discarded + " discarded"),
                    target.toString(),
                    target.verdict(ratio));
        }
    }

    /** A figure that must be reached whatever the peer does, whose figure stands beside it. */
    record Beside(String name, String peerName, String unit, double ours, double peer, String spread, Target target)
            implements Line {
        @Override
        public List<String> columns() {
            return List.of(
                    shortly(ours) + " " + unit,
                    shortly(peer) + " " + unit + " (" + peerName + ")",
                    "× " + shortly(ours / peer),
                    spread,
                    target.toString() + " " + unit,
                    target.verdict(ours));
        }
    }

    /** A figure that has no peer. */
    record Plain(String name, String unit, double value, double p10, double p90, Target target) implements Line {
        @Override
        public List<String> columns() {
            return List.of(
                    shortly(value) + " " + unit,
                    "–",
                    "–",
                    shortly(p10) + " … " + shortly(p90),
                    target.toString() + " " + unit,
                    target.verdict(value));
        }
    }

    /** A wrong or lost reply, or a side that did not come up: no number is worth anything then. */
    record Failed(String name, String reason) implements Line {
        private static final int LONGEST_REASON = 200;

        /** With what has room in a line; all of it is on the screen. */
        static Failed by(Exception cause, String name) {
            cause.printStackTrace();
            var line = String.valueOf(cause.getMessage()).lines().findFirst().orElse("");
            return new Failed(name, line.length() <= LONGEST_REASON ? line : line.substring(0, LONGEST_REASON) + "…");
        }

        @Override
        public List<String> columns() {
            return List.of("–", "–", "–", "–", "–", "FAIL: " + reason);
        }

        @Override
        public boolean broken() {
            return true;
        }
    }

    static String spread(Quantiles samples) {
        return shortly(samples.at(0.1)) + " … " + shortly(samples.at(0.9));
    }

    /** Three digits that matter. */
    static String shortly(double value) {
        var size = Math.abs(value);
        var decimals = size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : size >= 0.01 || size == 0 ? 3 : 6;
        return String.format(Locale.ROOT, "%." + decimals + "f", value);
    }
}
