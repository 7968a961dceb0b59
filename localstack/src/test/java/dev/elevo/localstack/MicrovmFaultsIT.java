package dev.elevo.localstack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elevo.contract.testing.Eventually;
import dev.elevo.localstack.microvm.Fault;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What may go wrong with MicroVMs, each time until the state that decision 34 names. */
@Tag("fake-cloud")
final class MicrovmFaultsIT {
    private static final String SANDBOXES = "/api/v1/sandboxes";

    @TempDir
    private static Path directory;

    private static FakeCloud cloud;
    private static RunningStack stack;
    private static Boxes boxes;

    @BeforeAll
    static void start() throws IOException {
        cloud = new FakeCloud(directory);
        stack = cloud.stack(
                directory.resolve("home"),
                Map.of(
                        "ELEVO_LIMIT_SANDBOX_CREATE",
                        "1000",
                        "ELEVO_LIMIT_EXEC",
                        "10000",
                        "ELEVO_SWEEP_MS",
                        "500",
                        "ELEVO_MICROVM_ORPHAN_GRACE_SECONDS",
                        "5"));
        boxes = new Boxes(stack);
    }

    @AfterAll
    static void stop() throws IOException {
        cloud.close();
        stack.close();
    }

    @AfterEach
    void deleteAll() {
        cloud.microvms().limitMemory(Integer.MAX_VALUE);
        cloud.microvms().publish(cloud.smallImage());
        boxes.deleteAll();
        Eventually.await("no MicroVM is left", () -> cloud.microvms().alive().isEmpty());
    }

    @Test
    void a_start_is_made_again_when_the_service_has_too_much_to_do() {
        cloud.microvms().breakNext("RunMicrovm", Fault.THROTTLED);
        cloud.microvms().breakNext("RunMicrovm", Fault.BROKEN);

        assertThat(boxes.run(boxes.made("{}"), "echo here")).isEqualTo("here\n");
    }

    @Test
    void without_capacity_a_creation_fails_in_words_that_say_so() {
        cloud.microvms().breakNext("RunMicrovm", Fault.NO_CAPACITY);

        var refused = stack.post(SANDBOXES, "{}");

        assertThat(refused.code()).as(refused.text()).isEqualTo(9006);
        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.text()).contains("microvm capacity");
        assertThat(cloud.microvms().alive()).isEmpty();
    }

    @Test
    void over_the_accounts_quota_a_creation_fails_and_may_be_started_later() {
        cloud.microvms().limitMemory(512);

        var refused = stack.post(SANDBOXES, "{\"name\": \"patient\"}");

        assertThat(refused.code()).as(refused.text()).isEqualTo(9006);
        assertThat(refused.text()).contains("microvm quota");
        var id = boxes.look("patient").field("id");
        boxes.awaitState(id, "failed");
        cloud.microvms().limitMemory(Integer.MAX_VALUE);
        assertThat(boxes.act(id, "start").status()).isBetween(200, 202);
        boxes.awaitState(id, "running");
    }

    @Test
    void of_a_version_that_was_withdrawn_nothing_is_made_and_nothing_is_lost() {
        var id = boxes.made("{}");
        boxes.run(id, "echo kept > kept");
        assertThat(boxes.act(id, "stop").status()).isEqualTo(200);
        cloud.microvms().withdraw(cloud.smallImage());

        assertThat(stack.post(SANDBOXES, "{}").code()).isEqualTo(2007);
        assertThat(boxes.act(id, "start").code()).isEqualTo(2007);

        cloud.microvms().publish(cloud.smallImage());
        assertThat(boxes.act(id, "start").status()).isBetween(200, 202);
        boxes.awaitState(id, "running");
        assertThat(boxes.run(id, "cat kept")).isEqualTo("kept\n");
    }

    @Test
    void one_whose_machine_dies_fails_and_comes_back_with_the_files_of_its_last_stop() throws IOException {
        var id = boxes.made("{}");
        boxes.run(id, "echo kept > kept");
        assertThat(boxes.act(id, "stop").status()).isEqualTo(200);
        assertThat(boxes.act(id, "start").status()).isBetween(200, 202);
        boxes.awaitState(id, "running");
        boxes.run(id, "echo lost > lost");

        cloud.microvms().kill(cloud.microvms().alive().getFirst());

        Eventually.await("it failed", () -> boxes.look(id).field("state").equals("failed"));
        assertThat(boxes.look(id).text()).contains("Host failure");
        assertThat(boxes.act(id, "start").status()).isBetween(200, 202);
        boxes.awaitState(id, "running");
        assertThat(boxes.run(id, "cat kept; ls lost 2>/dev/null || echo gone")).isEqualTo("kept\ngone\n");
    }

    @Test
    void one_that_never_was_stopped_ends_with_its_machine() throws IOException {
        var id = boxes.made("{}");

        cloud.microvms().reachEndOfLife(cloud.microvms().alive().getFirst());

        Eventually.await("it failed", () -> boxes.look(id).field("state").equals("failed"));
        assertThat(boxes.look(id).text()).contains("does not have it any more");
        assertThat(boxes.act(id, "start").status()).isBetween(400, 599);
    }

    @Test
    void a_token_that_ends_ends_nothing() {
        var id = boxes.made("{}");
        var before = cloud.microvms().calls("CreateMicrovmAuthToken");
        boxes.run(id, "(for i in $(seq 30); do echo $i; sleep 0.1; done) > counted 2>&1 &");

        cloud.microvms().expireTokens();

        assertThat(boxes.run(id, "echo here")).isEqualTo("here\n");
        assertThat(cloud.microvms().calls("CreateMicrovmAuthToken")).isGreaterThan(before);
        Eventually.await(
                "all was counted", () -> boxes.run(id, "tail -n 1 counted").equals("30\n"));
    }

    @Test
    void a_machine_that_nobody_recorded_is_ended() {
        cloud.microvms().startForNobody(cloud.smallImage());

        Eventually.await("it is ended", () -> cloud.microvms().alive().isEmpty());
    }

    @Test
    void one_that_is_old_goes_on_in_another_machine_with_its_files() {
        var id = boxes.made("{}");
        boxes.run(id, "echo kept > kept");
        var first = cloud.microvms().alive().getFirst();

        cloud.microvms().age(first, Duration.ofHours(7).plusMinutes(31));

        Eventually.await("it has moved", () -> !cloud.microvms().alive().contains(first) && runs(id));

        assertThat(boxes.run(id, "cat kept")).isEqualTo("kept\n");
        assertThat(cloud.microvms().alive()).hasSize(1);
    }

    @Test
    void one_that_is_old_and_paused_is_archived_and_starts_when_it_is_resumed() {
        var id = boxes.made("{}");
        boxes.run(id, "echo kept > kept");
        assertThat(boxes.act(id, "pause").status()).isEqualTo(200);

        cloud.microvms()
                .age(cloud.microvms().alive().getFirst(), Duration.ofHours(7).plusMinutes(31));
        Eventually.await("its machine is ended", () -> cloud.microvms().alive().isEmpty());
        assertThat(boxes.look(id).field("state")).isEqualTo("paused");

        // 9002 until it is noted that it has left its machine.
        Eventually.await("it goes on", () -> boxes.act(id, "resume").status() == 200);
        assertThat(boxes.run(id, "cat kept")).isEqualTo("kept\n");
    }

    /** What is left of its time stands still with it; the clocks of its machine do not. */
    @Test
    void one_that_sleeps_longer_than_it_had_left_goes_on_where_it_was() {
        var id = boxes.made("{\"timeoutMs\": 15000}");
        boxes.run(id, "sleep 1000 >/dev/null 2>&1 & echo $! > pid");
        assertThat(boxes.act(id, "pause").status()).isEqualTo(200);
        var over = Instant.now().plusSeconds(16);
        Eventually.await("its time would be over", () -> Instant.now().isAfter(over));

        assertThat(boxes.act(id, "resume").status()).isEqualTo(200);

        assertThat(boxes.run(id, "kill -0 $(cat pid) && echo still here")).isEqualTo("still here\n");
        Eventually.await(
                "it ends in its time", () -> boxes.look(id).field("state").equals("stopped"));
    }

    private static boolean runs(String id) {
        return stack.post(SANDBOXES + "/" + id + "/process/run", "{\"command\": \"true\"}")
                        .status()
                == 200;
    }
}
