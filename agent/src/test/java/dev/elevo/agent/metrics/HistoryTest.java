package dev.elevo.agent.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elevo.contract.agent.MetricsQuery;
import dev.elevo.contract.sandbox.SandboxMetrics;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HistoryTest {
    private final Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);

    @TempDir
    private Path directory;

    private Path file;

    @BeforeEach
    void name() {
        file = directory.resolve("metrics");
    }

    @Test
    void a_sample_comes_back_as_it_was() throws IOException {
        var sample = new SandboxMetrics(
                now, 33.3, 1.5, 1L << 31, 1L << 32, 50, 12_345, 1L << 40, 0, Long.MAX_VALUE, 7, 1024);

        new History(file).add(sample);

        assertThat(all()).containsExactly(sample);
    }

    @Test
    void nothing_was_sampled_before_the_first_sample() throws IOException {
        assertThat(all()).isEmpty();
    }

    @Test
    void a_day_of_samples_is_told_oldest_first_and_the_file_never_grows_beyond_it() throws IOException {
        var history = new History(file);
        var begin = now.minus(Duration.ofHours(30));
        for (var at = begin; !at.isAfter(now); at = at.plus(History.PERIOD)) {
            history.add(sample(at));
        }

        var told = all();

        assertThat(told).isSortedAccordingTo((a, b) -> a.timestamp().compareTo(b.timestamp()));
        assertThat(told).hasSizeBetween(8639, 8640);
        assertThat(told.getLast().timestamp()).isBetween(now.minus(History.PERIOD), now);
        assertThat(Files.size(file)).isLessThan(700_000);
    }

    @Test
    void one_sample_takes_one_block_of_the_disk() throws IOException {
        new History(file).add(sample(now));

        assertThat(blocksOf(file)).isLessThanOrEqualTo(16);
    }

    private static long blocksOf(Path file) throws IOException {
        var stat = new ProcessBuilder("stat", "-c", "%b", file.toString()).start();
        return Long.parseLong(new String(stat.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip());
    }

    @Test
    void what_a_power_failure_tore_is_left_out() throws IOException {
        new History(file).add(sample(now));
        new History(file).add(sample(now.minus(History.PERIOD)));
        var bytes = Files.readAllBytes(file);
        bytes[bytes.length - 5] ^= 1;
        Files.write(file, bytes, StandardOpenOption.WRITE);

        assertThat(all()).hasSize(1);
    }

    @Test
    void of_each_step_the_last_sample_is_told_and_of_a_step_that_is_not_over_none() {
        var start = now.minusSeconds(150);
        var samples = new ArrayList<SandboxMetrics>();
        for (int seconds = 0; seconds <= 150; seconds += 10) {
            samples.add(sample(start.plusSeconds(seconds)));
        }

        var told = Steps.lastOfEach(samples, new MetricsQuery(start, now, 60));

        assertThat(told)
                .extracting(SandboxMetrics::timestamp)
                .containsExactly(start.plusSeconds(60), start.plusSeconds(120));
        assertThat(Steps.lastOfEach(samples, new MetricsQuery(start, now, 10))).hasSize(15);
        assertThat(Steps.lastOfEach(samples, new MetricsQuery(now, start, 10))).isEmpty();
    }

    private List<SandboxMetrics> all() throws IOException {
        return new History(file).between(now.minus(Duration.ofDays(3)), now.plusSeconds(1));
    }

    private static SandboxMetrics sample(Instant at) {
        return new SandboxMetrics(at, 1, 1, 1, 4, 25, 0, 10, 0, 0, 0, 1);
    }
}
