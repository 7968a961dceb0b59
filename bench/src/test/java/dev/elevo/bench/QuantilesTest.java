package dev.elevo.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class QuantilesTest {

    @Test
    void the_order_of_samples_does_not_matter() {
        assertThat(Quantiles.of(List.of(9.0, 1.0, 5.0)).median()).isEqualTo(5);
    }

    @Test
    void between_two_samples_it_is_in_proportion() {
        assertThat(Quantiles.of(List.of(1.0, 2.0)).median()).isEqualTo(1.5);
        assertThat(Quantiles.of(List.of(0.0, 10.0)).at(0.1)).isEqualTo(1);
    }

    @Test
    void less_is_better_or_more_is_better() {
        assertThat(Target.atMost(0.4, 0.1).verdict(0.1)).isEqualTo("aim");
        assertThat(Target.atMost(0.4, 0.1).verdict(0.41)).isEqualTo("missed");
        assertThat(Target.atLeast(8, 20).verdict(9)).isEqualTo("must");
    }
}
