package dev.elevo.functions.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elevo.contract.process.OutputPage;
import dev.elevo.contract.process.OutputPage.Chunk;
import dev.elevo.contract.process.OutputQuery;
import dev.elevo.contract.process.RunResult;
import dev.elevo.contract.process.StillRunning;
import io.micronaut.json.JsonMapper;
import io.micronaut.json.tree.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FittingOutputTest {
    private static final JsonMapper JSON = JsonMapper.createDefault();
    private static final int MUCH = 7_000_000;

    @ParameterizedTest
    @ValueSource(strings = {"a", "\"", "\\", "\n", "\t", "\0", "\u001f", "\u007f", "é", "€", "\u2028", "😀", "/", "<"})
    void what_is_cut_fills_the_room_and_no_more(String piece) {
        var text = piece.repeat(MUCH / piece.length());

        var fitted = fit(text, "");

        assertThat(fitted.truncated()).isTrue();
        assertThat(text).startsWith(fitted.stdout());
        assertThat(twiceEncoded(fitted.stdout())).isBetween(FittingOutput.BYTES - 4 * 7, FittingOutput.BYTES);
    }

    @Test
    void no_character_is_halved_wherever_the_cut_falls() {
        for (int shift = 0; shift < 8; shift++) {
            var fitted = fit("a".repeat(shift) + "😀".repeat(MUCH / 4), "").stdout();

            assertThat(new String(fitted.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8))
                    .isEqualTo(fitted);
        }
    }

    @Test
    void outputs_of_any_mixture_fit_together() {
        var random = new Random(20_26);
        var pieces = List.of("a", "\"", "\\", "\n", "\0", "é", "€", "😀");
        for (int round = 0; round < 10; round++) {
            var result = fit(mixture(pieces, random), mixture(pieces, random));

            assertThat(twiceEncoded(result.stdout()) + twiceEncoded(result.stderr()))
                    .as("round %s", round)
                    .isLessThanOrEqualTo(FittingOutput.BYTES);
        }
    }

    @Test
    void what_fits_is_left_as_it_is() {
        var result = new RunResult(3, "\0".repeat(800_000), "e", "failed", "SIGTERM", 5, true, false);

        assertThat(FittingOutput.of(result)).isSameAs(result);
    }

    @Test
    void the_rest_of_a_result_that_is_cut_stays() {
        var fitted = (RunResult)
                FittingOutput.of(new RunResult(3, "x".repeat(MUCH), "e", "failed", "SIGTERM", 5, true, false));

        assertThat(fitted).isEqualTo(new RunResult(3, fitted.stdout(), "e", "failed", "SIGTERM", 5, true, true));
    }

    @Test
    void a_small_output_is_whole_beside_a_large_one_and_two_large_ones_share() {
        var small = "e".repeat(1_000_000);

        assertThat(fit("x".repeat(MUCH), small).stderr()).isEqualTo(small);
        assertThat(fit("x".repeat(MUCH), small).stdout()).hasSize(FittingOutput.BYTES - small.length());
        assertThat(fit(small, "x".repeat(MUCH)).stdout()).isEqualTo(small);
        assertThat(fit("x".repeat(MUCH), "y".repeat(MUCH)).stdout()).hasSize(FittingOutput.BYTES / 2);
        assertThat(fit("x".repeat(MUCH), "y".repeat(MUCH)).stderr()).hasSize(FittingOutput.BYTES / 2);
    }

    @Test
    void what_still_runs_has_no_output_to_cut() {
        var running = new StillRunning(7, "x", Instant.EPOCH);

        assertThat(FittingOutput.of(running)).isSameAs(running);
    }

    @Test
    void a_page_that_fits_is_read_once_as_it_was_asked_for() {
        var asked = new ArrayList<OutputQuery>();
        var query = new OutputQuery("both", "here", 1_048_576, 500, "utf-8");

        var page = FittingOutput.read(query, one -> {
            asked.add(one);
            return page(List.of(new Chunk("stdout", "x".repeat(1_048_576), 0)));
        });

        assertThat(asked).containsExactly(query);
        assertThat(page.chunks().getFirst().data()).hasSize(1_048_576);
    }

    @Test
    void a_page_without_room_is_read_again_from_the_same_place_shorter_and_without_waiting() {
        var asked = new ArrayList<OutputQuery>();

        var page = FittingOutput.read(new OutputQuery("both", "here", 1_048_576, 500, "utf-8"), one -> {
            asked.add(one);
            return page(List.of(new Chunk("stdout", "\0".repeat(limit(one)), 0)));
        });

        assertThat(asked)
                .containsExactly(
                        new OutputQuery("both", "here", 1_048_576, 500, "utf-8"),
                        new OutputQuery("both", "here", 524_288, 0, "utf-8"));
        assertThat(page.chunks().getFirst().data()).hasSize(524_288);
    }

    @Test
    void what_many_small_chunks_take_besides_their_data_is_counted() {
        var page = FittingOutput.read(
                new OutputQuery(null, null, null, null, null),
                one -> page(IntStream.range(0, limit(one) * 2)
                        .mapToObj(i -> new Chunk(i % 2 == 0 ? "stdout" : "stderr", "x", Long.MAX_VALUE))
                        .toList()));

        assertThat(twiceEncoded(page)).isBetween(FittingOutput.BYTES / 3, FittingOutput.BYTES);
    }

    private static RunResult fit(String stdout, String stderr) {
        return (RunResult) FittingOutput.of(new RunResult(0, stdout, stderr, null, null, 1, false, false));
    }

    private static OutputPage page(List<Chunk> chunks) {
        return new OutputPage(chunks, "next", false, null, 0);
    }

    private static int limit(OutputQuery query) {
        @Nullable Integer limit = query.limit();
        return limit == null ? OutputQuery.DEFAULT_LIMIT : limit;
    }

    private static String mixture(List<String> pieces, Random random) {
        var text = new StringBuilder();
        var length = random.nextInt(2_000_000);
        while (text.length() < length) {
            text.append(pieces.get(random.nextInt(pieces.size())).repeat(1 + random.nextInt(1000)));
        }
        return text.toString();
    }

    /** The bytes between the quotes when a JSON string stands in a JSON string. */
    private static int twiceEncoded(String text) {
        var once = new String(encoded(JsonNode.createStringNode(text)), StandardCharsets.UTF_8);
        var inner = once.substring(1, once.length() - 1);
        return encoded(JsonNode.createStringNode(inner)).length - 2;
    }

    private static int twiceEncoded(OutputPage page) {
        return page.chunks().stream()
                .map(chunk -> "{\"stream\":\"" + chunk.stream() + "\",\"data\":\"" + chunk.data() + "\",\"offset\":"
                        + chunk.offset() + "},")
                .mapToInt(json -> encoded(JsonNode.createStringNode(json)).length - 2)
                .sum();
    }

    private static byte[] encoded(JsonNode node) {
        try {
            return JSON.writeValueAsBytes(node);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
