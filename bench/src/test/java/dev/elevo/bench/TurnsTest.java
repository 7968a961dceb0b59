package dev.elevo.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TurnsTest {
    private final List<String> order = new ArrayList<>();

    @Test
    void ours_is_done_before_and_after_the_peer() throws Exception {
        var times = new Turns(2, 3, 1).take(act("ours", 2_000_000), act("peer", 8_000_000));

        assertThat(order.subList(0, 4)).containsExactly("ours", "ours", "peer", "ours");
        assertThat(times.ours().median()).isEqualTo(2);
        assertThat(times.peers().median()).isEqualTo(8);
    }

    @Test
    void the_first_block_only_warms_up() throws Exception {
        var times = new Turns(1, 1, 1).take(act("ours", 1), act("peer", 1));

        assertThat(times.ours().sorted())
                .hasSizeLessThan((int) order.stream().filter("ours"::equals).count());
    }

    private Latency.Timed act(String side, long nanos) {
        return () -> {
            order.add(side);
            return nanos;
        };
    }
}
