package dev.elevo.agent.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class OnceKeysTest {
    private static final int LARGE = 4 << 20;

    private final OnceKeys once = new OnceKeys();
    private final AtomicInteger done = new AtomicInteger();

    @Test
    void what_was_done_with_a_key_is_not_done_again() {
        assertThat(ask("key", 1)).isEqualTo(1);
        assertThat(ask("key", 1)).isEqualTo(1);
        assertThat(ask("other", 1)).isEqualTo(2);
        assertThat(once.run("sandbox", null, 1, Integer.class, done::incrementAndGet))
                .isEqualTo(3);
        assertThat(once.run("another", "key", 1, Integer.class, done::incrementAndGet))
                .isEqualTo(4);
    }

    @Test
    void the_eldest_make_room() {
        for (int i = 1; i <= 6; i++) {
            assertThat(ask("large " + i, LARGE)).isEqualTo(i);
        }
        assertThat(ask("large 6", LARGE)).isEqualTo(6);
        assertThat(ask("large 3", LARGE)).isEqualTo(3);
        assertThat(ask("large 2", LARGE)).isEqualTo(7);
        assertThat(ask("large 3", LARGE)).isEqualTo(8);
    }

    /** Also where it is larger than all the room: its own repeat is the likeliest of all. */
    @Test
    void the_last_one_is_kept_whatever_its_size() {
        assertThat(ask("small", 1)).isEqualTo(1);
        assertThat(ask("huge", 100 * LARGE)).isEqualTo(2);
        assertThat(ask("huge", 100 * LARGE)).isEqualTo(2);
        assertThat(ask("small", 1)).isEqualTo(3);
    }

    @Test
    void what_failed_takes_no_room_and_is_tried_again() {
        for (int i = 0; i < 10; i++) {
            assertThatThrownBy(() -> once.run("sandbox", "failing", 4 * LARGE, Integer.class, () -> {
                        throw new IllegalStateException();
                    }))
                    .isInstanceOf(IllegalStateException.class);
        }
        assertThat(ask("failing", 3 * LARGE)).isEqualTo(1);
        assertThat(ask("next", LARGE)).isEqualTo(2);
        assertThat(ask("failing", 3 * LARGE)).isEqualTo(1);
    }

    private int ask(String key, int letters) {
        return once.run("sandbox", key, letters, Integer.class, done::incrementAndGet);
    }
}
