package dev.elevo.agent.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DemandTest {
    private static final int LEAST = 8;

    private Instant now = Instant.EPOCH;
    private final Demand demand = new Demand(LEAST, () -> now);

    @Test
    void so_many_as_were_taken_in_one_rush_stand_ready_after_it() {
        take(20);

        assertThat(demand.wanted()).isEqualTo(20);
        demand.allReady();
        assertThat(demand.wanted()).isEqualTo(20);
    }

    @Test
    void two_rushes_are_not_one_large() {
        take(20);
        demand.allReady();
        take(15);

        assertThat(demand.wanted()).isEqualTo(20);
    }

    @Test
    void who_ends_each_before_the_next_is_in_no_rush() {
        for (int i = 0; i < 50; i++) {
            take(1);
            demand.ended();
        }

        assertThat(demand.wanted()).isEqualTo(LEAST);
    }

    @Test
    void those_of_an_earlier_rush_that_end_are_not_taken_from_the_next() {
        take(20);
        demand.allReady();
        IntStream.range(0, 20).forEach(_ -> demand.ended());
        take(30);

        assertThat(demand.wanted()).isEqualTo(30);
    }

    @Test
    void a_rush_is_forgotten_in_time_and_a_smaller_one_is_remembered_then() {
        take(20);
        demand.allReady();
        now = now.plus(Demand.REMEMBERED);

        assertThat(demand.wanted()).isEqualTo(LEAST);
        take(12);
        assertThat(demand.wanted()).isEqualTo(12);
    }

    @Test
    void there_is_an_end_to_it() {
        take(3 * Demand.MOST);

        assertThat(demand.wanted()).isEqualTo(Demand.MOST);
    }

    @Test
    void who_wants_more_than_that_always_has_them() {
        assertThat(new Demand(2 * Demand.MOST, () -> now).wanted()).isEqualTo(2 * Demand.MOST);
    }

    @Test
    void none_is_none() {
        var none = new Demand(0, () -> now);
        none.taken();

        assertThat(none.wanted()).isZero();
    }

    private void take(int count) {
        IntStream.range(0, count).forEach(_ -> demand.taken());
    }
}
