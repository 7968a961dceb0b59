package dev.elevo.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class PlotTest {
    @Test
    void a_bound_without_a_unit_is_of_the_ratio_and_one_with_it_of_ours() {
        var svg = Plot.of(List.of(
                List.of("by ratio", "3 ms", "1 ms (peer)", "× 0.500", "", "≤ 1.00 / 0.100", "must", "-"),
                List.of("by time", "20.0 ms", "–", "–", "", "≤ 5.00 / 2.00 ms", "missed", "-"),
                List.of("more is better", "600 /s", "–", "–", "", "≥ 200 / 300 /s", "aim", "-")));

        assertThat(svg)
                .containsSubsequence(
                        "by ratio",
                        "#1565c0",
                        "2.00 ×",
                        "by time",
                        "#c62828",
                        "0.250 ×",
                        "more is better",
                        "#2e7d32",
                        "3.00 ×");
    }

    @Test
    void what_has_no_figure_has_no_bar() {
        assertThat(Plot.of(List.of(List.of("broken", "–", "–", "–", "–", "–", "FAIL: a wrong reply", "-"))))
                .doesNotContain("broken");
    }

    @Test
    void names_are_text() {
        assertThat(Plot.of(List.of(List.of("a < b & c", "1 ms", "–", "–", "", "≤ 5.00 / 2.00 ms", "aim", "-"))))
                .contains("a &lt; b &amp; c");
    }
}
