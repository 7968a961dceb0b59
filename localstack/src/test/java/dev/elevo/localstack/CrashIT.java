package dev.elevo.localstack;

import static dev.elevo.contract.testing.Eventually.await;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Everything may die at any moment, and the run goes on: each of these leaves it alive to the next. */
final class CrashIT {
    private static final String SANDBOXES = "/api/v1/sandboxes";
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int CREATES = 200;
    private static final int BEFORE_THE_CRASH = 40;

    @TempDir
    private static Path home;

    private static RunningStack stack;

    @BeforeAll
    static void start() throws IOException {
        stack = new RunningStack(
                home,
                Map.of(
                        "ELEVO_LIMIT_SANDBOX_CREATE", "100000",
                        "ELEVO_LIMIT_WRITE", "100000",
                        "ELEVO_MAX_SANDBOXES", "1000"));
    }

    @AfterAll
    static void stop() throws IOException {
        stack.close();
    }

    @Test
    void a_gateway_that_dies_amid_creates_loses_none_and_leaves_none_behind() throws Exception {
        var acknowledged = new ConcurrentLinkedQueue<String>();
        var crashNow = new CountDownLatch(BEFORE_THE_CRASH);
        try (var threads = Executors.newFixedThreadPool(8)) {
            for (var i = 0; i < CREATES; i++) {
                threads.execute(() -> {
                    try {
                        var answer = stack.post(SANDBOXES, "{}");
                        if (answer.status() == 201) {
                            acknowledged.add(answer.field("id"));
                            crashNow.countDown();
                        }
                    } catch (UncheckedIOException cutOff) {
                        // What was not acknowledged may exist or not; both are right.
                        crashNow.countDown();
                    }
                });
            }
            assertThat(crashNow.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
            stack.crash();
        }
        assertThat(acknowledged.size()).isBetween(BEFORE_THE_CRASH / 2, CREATES - 1);

        stack.startAgain();

        assertThat(running()).containsAll(acknowledged);
        await(() -> all().containsAll(agents()));
        for (var id : acknowledged) {
            assertThat(stack.post(SANDBOXES + "/" + id + "/process/run", "{\"command\":\"true\"}")
                            .code())
                    .isIn(200, 9003);
        }
    }

    @Test
    void an_agent_that_dies_is_started_again_and_finds_its_sandboxes() throws IOException {
        var id = stack.post(SANDBOXES, "{}").field("id");
        var run = SANDBOXES + "/" + id + "/process/run";
        var pid = stack.post(run, "{\"command\":\"echo a; sleep 2; echo b\",\"waitMs\":0}")
                .field("pid");
        var agent = stack.pidOf("agent");

        ProcessHandle.of(agent).orElseThrow().destroyForcibly();

        await(() -> stack.post(run, "{\"command\":\"true\"}").status() == 200);
        assertThat(stack.pidOf("agent")).isNotEqualTo(agent);
        assertThat(stack.get(SANDBOXES + "/" + id + "/process/" + pid + "/result")
                        .json())
                .containsEntry("stdout", "a\nb\n");
    }

    @Test
    void a_database_that_dies_is_started_again_with_everything_in_it() throws IOException {
        var id = stack.post(SANDBOXES, "{}").field("id");

        ProcessHandle.of(stack.pidOf("dynamodb")).orElseThrow().destroyForcibly();

        await(() -> stack.get(SANDBOXES + "/" + id).status() == 200);
    }

    private static Set<String> running() {
        return list("running");
    }

    private static Set<String> all() {
        return list("running,creating");
    }

    private static Set<String> list(String states) {
        var found = new ArrayList<Map<String, Object>>();
        var page = page(states, 1);
        for (var number = 2; !page.isEmpty(); number++) {
            found.addAll(page);
            page = page(states, number);
        }
        return found.stream().map(box -> String.valueOf(box.get("id"))).collect(Collectors.toSet());
    }

    private static List<Map<String, Object>> page(String states, int number) {
        return stack.get(SANDBOXES + "?limit=100&state=" + states + "&page=" + number)
                .data();
    }

    private static Set<String> agents() {
        return new HashSet<>(List.of(
                Objects.requireNonNull(home.resolve("agent/sandboxes").toFile().list())));
    }
}
