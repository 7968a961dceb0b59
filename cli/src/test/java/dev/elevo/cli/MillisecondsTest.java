package dev.elevo.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MillisecondsTest {

    @ParameterizedTest
    @CsvSource({"250ms, 250", "90s, 90000", "30m, 1800000", "2h, 7200000", "0, 0"})
    void times_are_written_as_people_do(String text, int value) {
        assertThat(Milliseconds.of(text).value()).isEqualTo(value);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "10", "-1s", "1d", "s", "1.5h", "1 h"})
    void what_is_none_is_told(String text) {
        assertThatThrownBy(() -> Milliseconds.of(text)).hasMessageContaining("no time");
    }
}
