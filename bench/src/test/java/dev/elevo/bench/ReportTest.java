package dev.elevo.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {
    private static final String HEAD =
            "| what | ours | peer | ratio | p10 … p90 | must / aim | reached | commit |\n|---|---|---|---|---|---|---|---|\n";
    private static final String ELSEWHERE =
            "| elsewhere | 1.00 ms | – | – | 1.00 … 1.00 | ≤ 5.00 / 2.00 ms | aim | 1111 |\n";
    private static final String FORMER =
            "| here | 9.00 ms | – | – | 9.00 … 9.00 | ≤ 5.00 / 2.00 ms | missed | 1111 |\n";
    private static final String NOW = "| here | 3.00 ms | – | – | 2.00 … 4.00 | ≤ 5.00 / 2.00 ms | must | 2222 |\n";

    @TempDir
    private Path folder;

    private Report report;

    @BeforeEach
    void setUp() {
        report = new Report(folder, "2222");
    }

    @Test
    void a_page_keeps_the_rows_that_were_recorded_elsewhere() throws IOException {
        record();

        assertThat(report.markdown(HEAD + FORMER + ELSEWHERE, _ -> true)).isEqualTo(HEAD + NOW + ELSEWHERE);
    }

    @Test
    void each_table_has_the_rows_of_its_own_benchmarks() throws IOException {
        record();

        assertThat(report.markdown(HEAD + FORMER + ELSEWHERE, name -> !name.equals("bench")))
                .isEqualTo(HEAD + FORMER + ELSEWHERE);
    }

    @Test
    void what_is_new_comes_last() throws IOException {
        record();

        assertThat(report.markdown(HEAD + ELSEWHERE, _ -> true)).isEqualTo(HEAD + ELSEWHERE + NOW);
    }

    @Test
    void a_failure_stays_no_longer_than_until_there_is_a_figure() throws IOException {
        report.write("bench", List.of(new Line.Failed("bench", "a wrong reply")));
        var failed = report.markdown(HEAD + ELSEWHERE, _ -> true);
        record();

        assertThat(failed).isEqualTo(HEAD + ELSEWHERE + "| bench | – | – | – | – | – | FAIL: a wrong reply | 2222 |\n");
        assertThat(report.markdown(failed, _ -> true)).isEqualTo(HEAD + ELSEWHERE + NOW);
    }

    @Test
    void what_stands_for_the_end_of_a_cell_is_none_in_a_name() throws IOException {
        report.write("pipe", List.of(new Line.Plain("tar | zstd", "ms", 3, 2, 4, Target.atMost(5, 2))));
        var page = report.markdown(HEAD + ELSEWHERE, _ -> true);

        assertThat(page).contains("| tar \\| zstd | 3.00 ms |");
        assertThat(report.markdown(page, _ -> true)).isEqualTo(page);
    }

    private void record() throws IOException {
        report.write("bench", List.of(new Line.Plain("here", "ms", 3, 2, 4, Target.atMost(5, 2))));
    }
}
