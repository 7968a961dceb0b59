package dev.elevo.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProgressBarTest {

    @Test
    void it_is_as_full_as_what_is_done() {
        assertThat(ProgressBar.line("a", 512, 1024, 2)).isEqualTo("a  [############            ]  50%  512 B  256 B/s");
        assertThat(ProgressBar.line("a", 2048, 2048, 1)).contains("[########################] 100%  2.0 KiB");
    }

    @Test
    void nothing_is_all_of_an_empty_file() {
        assertThat(ProgressBar.line("a", 0, 0, 1)).contains("100%");
    }

    @Test
    void without_an_end_it_tells_how_much_there_was() {
        assertThat(ProgressBar.line("a", 1536, -1, 1)).isEqualTo("a  1.5 KiB  1.5 KiB/s");
    }

    @ParameterizedTest
    @CsvSource({"0, 0 B", "1023, 1023 B", "1048576, 1.0 MiB", "10737418240, 10.0 GiB", "1125899906842624, 1024.0 TiB"})
    void amounts_have_units(long bytes, String text) {
        assertThat(ProgressBar.amount(bytes)).isEqualTo(text);
    }
}
