package dev.elevo.agent.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elevo.contract.sandbox.Health;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PulseTest {
    /** A plus is a check that passed. */
    @ParameterizedTest
    @CsvSource({
        "'', UNKNOWN",
        "-, UNKNOWN",
        "--, UNKNOWN",
        "---, UNHEALTHY",
        "+, UNKNOWN",
        "++, HEALTHY",
        "++--, HEALTHY",
        "++--+--, HEALTHY",
        "++---, UNHEALTHY",
        "++---+, UNHEALTHY",
        "++---+-+, UNHEALTHY",
        "---++, HEALTHY"
    })
    void so_many_in_a_row_make_it_so(String checks, Health health) {
        var pulse = new Pulse(3, 2);

        checks.chars().forEach(check -> pulse.beat(check == '+'));

        assertThat(pulse.health()).isEqualTo(health);
    }
}
