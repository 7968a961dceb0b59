package dev.elevo.platform.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class HistogramTest {
    private static final long MILLI = 1_000_000;

    @Test
    void quantiles_are_true_to_the_bucket() {
        var times = new Histogram();
        IntStream.rangeClosed(1, 100).forEach(i -> times.add(i * MILLI));

        assertThat(times.count()).isEqualTo(100);
        assertThat(times.averageMillis()).isCloseTo(50.5, within(0.01));
        assertThat(times.quantile(0.5)).isCloseTo(50, within(1.0));
        assertThat(times.quantile(0.95)).isCloseTo(95, within(2.0));
        assertThat(new Histogram().quantile(0.5)).isZero();
    }

    @Test
    void what_is_slower_than_every_bound_is_counted_too() {
        var times = new Histogram();
        times.add(60_000 * MILLI);

        assertThat(times.count()).isEqualTo(1);
        assertThat(times.upTo(Histogram.BOUNDS.size() - 1)).isZero();
    }

    @Test
    void written_and_read_it_is_the_same() {
        var times = new Histogram();
        times.add(3 * MILLI);
        times.add(700 * MILLI);

        var again = Histogram.parse(times.spell());

        assertThat(again.spell()).isEqualTo(times.spell());
        assertThat(again.sumMillis()).isEqualTo(703);
    }
}
