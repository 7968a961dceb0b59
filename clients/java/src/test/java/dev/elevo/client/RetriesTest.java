package dev.elevo.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RetriesTest {
    private final UnreachableException reason = new UnreachableException("gone", null);

    private final List<Duration> waited = new ArrayList<>();
    private final Retries retries = new Retries(8, new Random(7), (wait, over) -> waited.add(wait));

    @Test
    void each_wait_is_twice_the_last_at_the_most_and_half_of_it_is_certain() {
        for (var done = 1; done <= 8; done++) {
            retries.await(done, failed(null));
        }

        for (var i = 0; i < 8; i++) {
            var most = Math.min(10_000, 200L << i);
            assertThat(waited.get(i)).isBetween(Duration.ofMillis(most / 2), Duration.ofMillis(most));
        }
    }

    @Test
    void those_who_failed_together_do_not_come_back_together() {
        for (var i = 0; i < 20; i++) {
            retries.await(5, failed(null));
        }

        assertThat(waited).doesNotHaveDuplicates();
    }

    @Test
    void what_the_service_asks_for_is_waited_for() {
        retries.await(1, failed(Duration.ofSeconds(7)));

        assertThat(waited.getFirst()).isBetween(Duration.ofSeconds(7), Duration.ofMillis(7200));
    }

    @Test
    void nobody_is_kept_waiting_for_an_hour() {
        assertThatThrownBy(() -> retries.await(1, failed(Duration.ofHours(1)))).isSameAs(reason);
        assertThat(waited).isEmpty();
    }

    @Test
    void after_the_last_retry_the_reason_is_told() {
        assertThatThrownBy(() -> retries.await(9, failed(null))).isSameAs(reason);
    }

    @Test
    void what_does_not_pass_is_told_at_once() {
        assertThatThrownBy(() -> retries.await(1, new Retries.Failed(reason, false, null)))
                .isSameAs(reason);
        assertThat(waited).isEmpty();
    }

    @Test
    void a_lost_attempt_is_asked_after_for_a_minute() {
        for (var asked = 1; asked <= 120; asked++) {
            retries.awaitLost(asked, reason);
        }

        assertThat(waited.stream().reduce(Duration.ZERO, Duration::plus)).isEqualTo(Duration.ofMinutes(1));
        assertThatThrownBy(() -> retries.awaitLost(121, reason)).isSameAs(reason);
    }

    private Retries.Failed failed(@Nullable Duration least) {
        return new Retries.Failed(reason, true, least);
    }
}
