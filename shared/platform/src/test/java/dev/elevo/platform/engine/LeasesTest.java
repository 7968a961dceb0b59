package dev.elevo.platform.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.elevo.platform.testing.SettableClock;
import dev.elevo.platform.testing.TestTable;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Of two who would do the same one does it. */
class LeasesTest {
    private final SettableClock clock = new SettableClock();
    private final TestTable table = TestTable.create();
    private final Leases leases = new Leases(table.client(), table.configuration(), clock);
    private final Leases others = new Leases(table.client(), table.configuration(), clock);

    @AfterEach
    void close() {
        leases.close();
        others.close();
        table.close();
    }

    @Test
    void who_comes_second_does_nothing() {
        var said = leases.holding("work", () -> others.holding("work", () -> "second"));

        assertThat(said.orElseThrow()).isEmpty();
        assertThat(others.holding("work", () -> "later")).contains("later");
    }

    @Test
    void other_work_goes_on_beside_it() {
        var said = leases.holding("work", () -> others.holding("other work", () -> "done"));

        assertThat(said.orElseThrow()).contains("done");
    }

    @Test
    void who_is_silent_for_too_long_loses_it_and_takes_it_from_nobody_when_he_ends() {
        var said = leases.holding("work", () -> {
            clock.advance(Leases.LIFE.plusMillis(1));
            return others.holding("work", () -> leases.holding("work", () -> "third"));
        });

        assertThat(said.orElseThrow().orElseThrow()).isEmpty();
    }

    @Test
    void work_that_fails_does_not_keep_it() {
        assertThatThrownBy(() -> leases.holding("work", () -> {
                    throw new IllegalStateException("broken");
                }))
                .hasMessage("broken");

        assertThat(others.holding("work", () -> "next")).contains("next");
    }

    @Test
    void it_is_not_lost_before_its_time() {
        var said = leases.holding("work", () -> {
            clock.advance(Leases.LIFE.minus(Duration.ofSeconds(1)));
            return others.holding("work", () -> "second");
        });

        assertThat(said.orElseThrow()).isEmpty();
    }
}
