package dev.elevo.platform.microvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.micronaut.context.exceptions.ConfigurationException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** How often the service is called. */
class PaceTest {
    private static final int BURST = 10;

    private final Pace pace = new Pace(BURST);

    private static long in(Duration time) {
        return System.nanoTime() + time.toNanos();
    }

    @Test
    void who_has_no_time_for_his_turn_is_told_at_once_and_takes_nobody_elses() {
        var begun = System.nanoTime();
        for (var i = 0; i < BURST; i++) {
            assertThat(pace.await(in(Duration.ofMinutes(1)))).isTrue();
        }
        for (var i = 0; i < 100 * BURST; i++) {
            assertThat(pace.await(begun)).isFalse();
        }

        assertThat(pace.await(in(Duration.ofMinutes(1)))).isTrue();

        // Behind a hundred seconds' worth of others it would have been a hundred seconds.
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(20));
    }

    @Test
    void what_the_account_may_more_often_is_said_and_the_rest_is_usual() {
        assertThat(RatedCall.rates("suspend=20, run=50"))
                .containsEntry(RatedCall.SUSPEND, 20)
                .containsEntry(RatedCall.RUN, 50)
                .containsEntry(RatedCall.RESUME, 5)
                .hasSize(RatedCall.values().length);
        assertThat(RatedCall.rates("")).containsEntry(RatedCall.SUSPEND, 2);
    }

    @Test
    void a_slip_is_told_in_a_sentence() {
        for (var slip : new String[] {"suspends=20", "suspend=0", "suspend", "SUSPEND=3"}) {
            assertThatExceptionOfType(ConfigurationException.class)
                    .isThrownBy(() -> RatedCall.rates(slip))
                    .withMessageContaining(slip)
                    .withMessageContaining("suspend");
        }
    }
}
