package dev.elevo.bench;

import java.util.Collection;
import java.util.List;

/** Order statistics of a handful of samples. */
record Quantiles(List<Double> sorted) {

    static Quantiles of(Collection<Double> samples) {
        if (samples.isEmpty()) {
            throw new IllegalArgumentException("no samples");
        }
        return new Quantiles(samples.stream().sorted().toList());
    }

    double median() {
        return at(0.5);
    }

    /** Between the two neighbours, in proportion. */
    double at(double share) {
        var position = share * (sorted.size() - 1);
        var below = (int) Math.floor(position);
        var above = (int) Math.ceil(position);
        return sorted.get(below) + (sorted.get(above) - sorted.get(below)) * (position - below);
    }
}
