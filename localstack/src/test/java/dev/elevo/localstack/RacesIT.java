package dev.elevo.localstack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elevo.platform.testing.Tokens;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many at once, on four instances of every function, as the cloud would run them: they share nothing but the table. */
final class RacesIT {
    private static final String SANDBOXES = "/api/v1/sandboxes";
    private static final int READS_PER_MINUTE = 100;

    @TempDir
    private static Path home;

    private static RunningStack stack;

    @BeforeAll
    static void start() throws IOException {
        stack = new RunningStack(
                home,
                Map.of(
                        "ELEVO_INSTANCES", "4",
                        "ELEVO_LIMIT_SANDBOX_CREATE", "1000",
                        "ELEVO_LIMIT_EXEC", "6",
                        "ELEVO_LIMIT_READ", Integer.toString(READS_PER_MINUTE)));
    }

    @AfterAll
    static void stop() throws IOException {
        stack.close();
    }

    @Test
    void a_bucket_of_a_hundred_lets_exactly_the_law_through() throws Exception {
        var caller = "Bearer "
                + Tokens.hs256(
                        Tokens.claims("hasty", Instant.now()).claim("scopes", List.of("*")), RunningStack.JWT_SECRET);
        var begin = System.nanoTime();

        var answers = atOnce(1000, () -> stack.get(SANDBOXES + "/none", "Authorization", caller));

        var seconds = Duration.ofNanos(System.nanoTime() - begin).toMillis() / 1000.0;
        var passed = answers.stream().filter(answer -> answer.code() == 2001).count();
        var refused = answers.stream().filter(answer -> answer.code() == 9003).count();
        assertThat(passed + refused).isEqualTo(1000);
        assertThat(passed).isGreaterThanOrEqualTo(READS_PER_MINUTE).isLessThanOrEqualTo((long)
                (READS_PER_MINUTE + READS_PER_MINUTE * seconds / 60));
    }

    @Test
    void how_often_comes_before_what_was_sent() {
        var busy = "Bearer "
                + Tokens.hs256(
                        Tokens.claims("busy", Instant.now()).claim("scopes", List.of("*")), RunningStack.JWT_SECRET);
        var path = SANDBOXES + "/none/process/run";

        var codes = IntStream.range(0, 7)
                .mapToObj(i -> stack.post(path, "{\"command\":", "Authorization", busy))
                .toList();

        assertThat(codes)
                .extracting(RunningStack.Answer::code)
                .containsExactly(9005, 9005, 9005, 9005, 9005, 9005, 9003);
        var limited = codes.getLast();
        assertThat(limited.status()).isEqualTo(429);
        assertThat(Integer.parseInt(limited.header("retry-after"))).isBetween(1, 60);
        assertThat(limited.header("x-ratelimit-limit")).isEqualTo("6");
        assertThat(limited.header("x-ratelimit-remaining")).isEqualTo("0");
    }

    @Test
    void one_key_makes_one_sandbox() throws Exception {
        var answers = atOnce(50, () -> stack.post(SANDBOXES, "{}", "X-Idempotency-Key", "the-one-and-only"));

        var made = answers.stream().filter(answer -> answer.status() == 201).toList();
        assertThat(made).isNotEmpty();
        assertThat(made)
                .extracting(answer -> answer.field("id"))
                .containsOnly(made.getFirst().field("id"));
        assertThat(answers).extracting(RunningStack.Answer::code).containsOnly(201, 9009);
        // Who was told to wait asks again, and gets the first one's answer.
        assertThat(stack.post(SANDBOXES, "{}", "X-Idempotency-Key", "the-one-and-only")
                        .field("id"))
                .isEqualTo(made.getFirst().field("id"));
        assertThat(agentsSandboxes()).containsOnlyOnce(made.getFirst().field("id"));
    }

    @Test
    void one_name_makes_one_sandbox() throws Exception {
        var answers = atOnce(2, () -> stack.post(SANDBOXES, "{\"name\":\"contested\"}"));

        assertThat(answers).extracting(RunningStack.Answer::code).containsExactlyInAnyOrder(201, 2002);
    }

    private static List<String> agentsSandboxes() {
        return List.of(
                Objects.requireNonNull(home.resolve("agent/sandboxes").toFile().list()));
    }

    private static List<RunningStack.Answer> atOnce(int times, Callable<RunningStack.Answer> call) throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var futures = threads.invokeAll(
                    IntStream.range(0, times).mapToObj(i -> call).toList());
            var answers = new ArrayList<RunningStack.Answer>();
            for (var future : futures) {
                answers.add(future.get());
            }
            return answers;
        }
    }
}
