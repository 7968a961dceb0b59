package dev.elevo.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ContestTest {
    private final List<String> order = new ArrayList<>();

    @Test
    void both_sides_meet_the_same_noise_and_the_ratio_is_of_blocks() throws Exception {
        var line = contest(side("ours", 2), side("peer", 8)).run();

        assertThat(order.subList(2, 6)).containsExactly("ours", "peer", "peer", "ours");
        assertThat(line).isInstanceOfSatisfying(Line.Ratio.class, ratio -> {
            assertThat(ratio.ratio()).isEqualTo(0.25, within(1e-9));
            assertThat(ratio.columns()).last().isEqualTo("must");
        });
    }

    @Test
    void a_wrong_reply_leaves_no_figure() {
        assertThatThrownBy(() -> contest(side("ours", 2), stretch -> {
                            throw new WrongReply("lost");
                        })
                        .run())
                .isInstanceOf(WrongReply.class);
    }

    private static Contest contest(Measure ours, Measure peer) {
        return new Contest("test", "peer", "ms", Target.atMost(0.4, 0.1), ours, peer);
    }

    private Measure side(String name, double value) {
        return stretch -> {
            order.add(name);
            return value;
        };
    }
}
