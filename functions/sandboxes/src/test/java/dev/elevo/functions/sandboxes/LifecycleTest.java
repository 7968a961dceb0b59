package dev.elevo.functions.sandboxes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import dev.elevo.contract.InstantSerde;
import dev.elevo.contract.agent.InMemoryAgent;
import dev.elevo.contract.sandbox.EndReason;
import dev.elevo.contract.sandbox.SandboxState;
import dev.elevo.contract.testing.Eventually;
import dev.elevo.platform.sandbox.Action;
import dev.elevo.platform.sandbox.Ending;
import dev.elevo.platform.sandbox.Pending;
import dev.elevo.platform.sandbox.Sandbox;
import dev.elevo.platform.sandbox.SandboxStore;
import dev.elevo.platform.sandbox.Sandboxes;
import dev.elevo.platform.testing.Answer;
import dev.elevo.platform.testing.Events;
import dev.elevo.platform.testing.SettableClock;
import dev.elevo.platform.testing.Surrounded;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every action in every state (contract 3.3), twice, too late and at the same time. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LifecycleTest {
    private static final String PATH = "/api/v1/sandboxes/";
    private static final List<String> STATES = List.of("creating", "running", "paused", "stopped", "failed", "lost");
    private static final Failure DOWN = new Failure.Unavailable("down", Duration.ofSeconds(1));

    private Surrounded surrounded;
    private SandboxesFunction function;
    private InMemoryAgent agent;
    private SandboxStore store;
    private SettableClock clock;

    @BeforeAll
    void start() {
        surrounded = new Surrounded().with("elevo.max.sandboxes", 10_000);
        function = surrounded.start(SandboxesFunction::new);
        agent = surrounded.agent();
        store = function.context().getBean(SandboxStore.class);
        clock = surrounded.clock();
    }

    @AfterAll
    void stop() {
        function.close();
        surrounded.close();
    }

    @AfterEach
    void heal() {
        agent.fail(null);
        agent.setPause(true);
        clock.advance(Duration.ofSeconds(5)); // what the agent offers is asked for again
    }

    /** The table as the contract has it; the last column is a failed one that cannot be recovered. */
    @ParameterizedTest
    @CsvSource({
        "POST,   start,         2008,    2008,    2008,    running, running, 2008",
        "POST,   stop,          2003,    stopped, stopped, 2003,    2003,    2003",
        "POST,   pause,         2003,    paused,  2003,    2003,    2003,    2003",
        "POST,   suspend,       2003,    paused,  2003,    2003,    2003,    2003",
        "POST,   resume,        2008,    2008,    running, 2008,    2008,    2008",
        "POST,   restart,       2008,    running, running, running, running, 2008",
        "DELETE, '',            2008,    2008,    deleted, deleted, deleted, deleted",
        "DELETE, '?force=true', deleted, deleted, deleted, deleted, deleted, deleted",
        "POST,   activity,      2003,    running, 2003,    2003,    2003,    2003",
        "GET,    '',            creating,running, paused,  stopped, failed,  failed",
        "GET,    metrics,       creating,running, paused,  stopped, failed,  failed",
        "PUT,    '',            creating,running, paused,  stopped, failed,  failed",
        "PATCH,  '',            creating,running, paused,  stopped, failed,  failed",
        "PATCH,  labels,        creating,running, paused,  stopped, failed,  failed",
        "PATCH,  timeout,       creating,running, paused,  stopped, failed,  failed",
    })
    void every_action_does_in_every_state_what_the_contract_says(
            String method,
            String action,
            String creating,
            String running,
            String paused,
            String stopped,
            String failed,
            String lost) {
        var cells = List.of(creating, running, paused, stopped, failed, lost);
        for (int column = 0; column < cells.size(); column++) {
            var id = in(STATES.get(column));
            var before = stored(id);

            var answer = ask(method, id + (action.startsWith("?") || action.isEmpty() ? action : "/" + action));

            var cell = cells.get(column);
            var told = method + " " + action + " while " + STATES.get(column) + ": " + answer.text();
            if (cell.matches("\\d+")) {
                assertThat(answer.outcome()).as(told).isEqualTo(Integer.parseInt(cell));
                assertThat(stored(id)).as(told).isEqualTo(before);
            } else {
                assertThat(answer.status()).as(told).isIn(200, 204);
                assertThat(stateOf(id)).as(told).isEqualTo(cell);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "POST /start",
                "POST /stop",
                "POST /pause",
                "POST /suspend",
                "POST /resume",
                "POST /restart",
                "POST /activity",
                "GET /metrics",
                "PUT ",
                "PATCH ",
                "PATCH /labels",
                "PATCH /timeout"
            })
    void what_is_deleted_or_was_never_there_is_2001(String call) {
        var deleted = in("stopped");
        ask("DELETE", deleted);
        var words = call.split(" ", -1);

        assertThat(ask(words[0], deleted + words[1]).outcome()).isEqualTo(2001);
        assertThat(ask(words[0], "sbx-000000000000" + words[1]).outcome()).isEqualTo(2001);
    }

    @Test
    void a_stopped_sandbox_says_why_and_who_and_starts_again_on_a_new_clock() {
        var id = create("{\"timeoutMs\":60000}");

        var stopped = ask("POST", id + "/stop");
        clock.advance(Duration.ofHours(1));
        var started = ask("POST", id + "/start");

        assertThat(stopped.body())
                .containsEntry("state", "stopped")
                .containsEntry("endReason", "requested")
                .containsKeys("endedBy", "stoppedAt")
                .doesNotContainKey("expiresAt");
        assertThat(started.status()).isEqualTo(200);
        assertThat(started.body())
                .containsEntry("state", "running")
                .containsEntry("expiresAt", InstantSerde.format(clock.instant().plusSeconds(60)))
                .containsEntry("startedAt", InstantSerde.format(clock.instant()))
                .doesNotContainKeys("endReason", "stoppedAt", "errorReason");
        assertThat(agent.spec(id).deadline()).isEqualTo(clock.instant().plusSeconds(61));
    }

    @Test
    void the_clock_of_a_paused_sandbox_stands_still() {
        var id = create("{\"timeoutMs\":60000}");

        var paused = ask("POST", id + "/pause");
        clock.advance(Duration.ofHours(1));
        var later = ask("GET", id);
        var resumed = ask("POST", id + "/resume");

        assertThat(paused.body()).containsEntry("endReason", "requested").doesNotContainKey("expiresAt");
        assertThat(later.value("state")).isEqualTo("paused");
        assertThat(resumed.body())
                .containsEntry("state", "running")
                .containsEntry("expiresAt", InstantSerde.format(clock.instant().plusSeconds(60)));
        assertThat(agent.spec(id).deadline()).isEqualTo(clock.instant().plusSeconds(61));
    }

    @Test
    void what_is_changed_while_it_is_being_stopped_or_restarted_keeps_nothing_from_its_end() {
        for (var action : List.of("stop", "restart")) {
            var id = create("{}");
            agent.meanwhile(() -> assertThat(ask("PATCH", id + "/labels", "{\"labels\":{\"a\":\"b\"}}")
                            .status())
                    .isEqualTo(200));

            var answer = ask("POST", id + "/" + action);

            var state = action.equals("stop") ? SandboxState.STOPPED : SandboxState.RUNNING;
            assertThat(answer.value("state")).as(answer.text()).isEqualTo(state.label());
            assertThat(stored(id).state()).isEqualTo(state);
            assertThat(stored(id).pending()).isNull();
            assertThat(stored(id).settings().labels()).containsEntry("a", "b");
        }
    }

    @Test
    void what_the_sweeper_recorded_first_is_no_refusal_to_who_asked_for_it() {
        var id = create("{}");
        agent.meanwhile(() -> function.runSchedule("sweep"));
        var paused = ask("POST", id + "/pause");
        agent.meanwhile(() -> function.runSchedule("sweep"));
        var resumed = ask("POST", id + "/resume");

        assertThat(paused.value("state")).as(paused.text()).isEqualTo("paused");
        assertThat(resumed.value("state")).as(resumed.text()).isEqualTo("running");
    }

    @Test
    void an_ephemeral_one_that_is_changed_while_it_is_removed_is_removed() {
        var id = create("{\"ephemeral\":true}");
        agent.meanwhile(() -> agent.meanwhile(() -> ask("PATCH", id + "/labels", "{\"labels\":{}}")));

        var stopped = ask("POST", id + "/stop");

        assertThat(stopped.value("state")).as(stopped.text()).isEqualTo("deleted");
        assertThat(stateOf(id)).isEqualTo("deleted");
    }

    @Test
    void one_that_cannot_be_stopped_now_is_not_broken_by_its_restart() {
        var id = create("{}");
        agent.fail(DOWN);

        var answer = ask("POST", id + "/restart");

        assertThat(answer.outcome()).isEqualTo(9002);
        assertThat(stored(id).state()).isEqualTo(SandboxState.RUNNING);
        assertThat(stored(id).pending()).isNull();
    }

    @Test
    void an_ephemeral_sandbox_that_is_stopped_is_deleted() {
        var id = create("{\"ephemeral\":true}");

        var stopped = ask("POST", id + "/stop");

        assertThat(stopped.status()).isEqualTo(200);
        assertThat(stopped.body()).containsEntry("state", "deleted").containsEntry("endReason", "requested");
        assertThat(agent.has(id)).isFalse();
        assertThat(ask("GET", id).outcome()).isEqualTo(2001);
    }

    @Test
    void who_does_not_wait_is_answered_202() {
        var id = in("stopped");

        var started = ask("POST", id + "/start", "{\"waitForReady\":false}");
        await(() -> stateOf(id).equals("running"));
        ask("POST", id + "/pause");
        var resumed = ask("POST", id + "/resume", "{\"waitForReady\":false}");

        assertThat(started.status()).isEqualTo(202);
        assertThat(started.value("state")).isEqualTo("creating");
        assertThat(resumed.status()).isEqualTo(202);
        assertThat(stateOf(id)).isEqualTo("running");
    }

    @Test
    void a_start_that_fails_leaves_what_can_be_started_again() {
        var id = in("stopped");
        agent.fail(new Failure.Refused(ErrorCode.INTERNAL_ERROR, "kaputt"));

        var failed = ask("POST", id + "/start");
        agent.fail(null);

        assertThat(failed.outcome()).isEqualTo(2005);
        assertThat(ask("GET", id).body()).containsEntry("state", "failed").containsEntry("recoverable", true);
        assertThat(ask("POST", id + "/start").value("state")).isEqualTo("running");
    }

    @Test
    void what_its_host_lost_cannot_be_started_again() {
        var id = in("stopped");
        agent.lose(id);

        assertThat(ask("POST", id + "/start").outcome()).isEqualTo(2005);
        assertThat(ask("GET", id).body()).containsEntry("state", "failed").containsEntry("recoverable", false);
        assertThat(ask("POST", id + "/start").outcome()).isEqualTo(2008);
    }

    @Test
    void a_restart_that_fails_says_so() {
        var id = create("{}");
        agent.fail(new Failure.Refused(ErrorCode.INTERNAL_ERROR, "kaputt"));

        var failed = ask("POST", id + "/restart");
        agent.fail(null);

        assertThat(failed.outcome()).isEqualTo(2005);
        assertThat(ask("GET", id).body())
                .containsEntry("state", "failed")
                .containsEntry("endReason", "requested")
                .containsEntry("recoverable", true);
    }

    @Test
    void a_restart_sets_the_clock_anew_and_starts_the_sandbox_once() {
        var id = create("{\"timeoutMs\":60000}");
        var before = agent.starts();
        clock.advance(Duration.ofSeconds(30));

        var restarted = ask("POST", id + "/restart");

        assertThat(restarted.body())
                .containsEntry("state", "running")
                .containsEntry("startedAt", InstantSerde.format(clock.instant()))
                .containsEntry("expiresAt", InstantSerde.format(clock.instant().plusSeconds(60)));
        assertThat(agent.starts()).isEqualTo(before + 1);
    }

    @Test
    void a_stop_the_engine_does_not_do_leaves_everything_as_it_was() {
        var id = create("{}");
        agent.fail(DOWN);

        assertThat(ask("POST", id + "/stop").outcome()).isEqualTo(9002);
        agent.fail(null);

        assertThat(stored(id).pending()).isNull();
        assertThat(ask("POST", id + "/stop").value("state")).isEqualTo("stopped");
    }

    @Test
    void where_nothing_can_be_frozen_a_pause_is_9007() {
        agent.setPause(false);
        clock.advance(Duration.ofSeconds(5));
        var id = create("{}");

        assertThat(ask("POST", id + "/pause").outcome()).isEqualTo(9007);
        assertThat(create("{\"autoPause\":true}", 9007)).isEmpty();
        assertThat(ask("PATCH", id, "{\"autoPause\":true}").outcome()).isEqualTo(9007);
        assertThat(stateOf(id)).isEqualTo("running");
    }

    @ParameterizedTest
    @CsvSource({
        "STOP,    running, POST,   start",
        "STOP,    running, POST,   stop",
        "STOP,    running, POST,   pause",
        "STOP,    running, POST,   restart",
        "STOP,    paused,  POST,   resume",
        "STOP,    paused,  DELETE, ''",
        "RESTART, running, POST,   stop",
        "RESTART, stopped, POST,   start",
        "RESTART, stopped, DELETE, ''",
    })
    void another_action_meanwhile_is_told_that_it_is_busy(Action mark, String state, String method, String action) {
        var id = in(state);
        begin(id, mark);

        var answer = ask(method, id + (action.isEmpty() ? "" : "/" + action));

        assertThat(answer.outcome()).isEqualTo(2008);
        if (!(state.equals("running") && action.equals("start"))) {
            assertThat(answer.value("error.details.reason")).isEqualTo("busy");
        }
        assertThat(ask("PATCH", id, "{\"autoStopMinutes\":7}").status()).isEqualTo(200);
        assertThat(ask("DELETE", id + "?force=true").status()).isEqualTo(204);
        assertThat(agent.has(id)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "stop, running, stopped",
        "pause, running, paused",
        "restart, running, running",
        "start, stopped, running"
    })
    void of_many_at_the_same_time_one_is_done(String action, String from, String to) throws Exception {
        var id = in(from);

        var answers = atOnce(12, () -> ask("POST", id + "/" + action));

        assertThat(stateOf(id)).isEqualTo(to);
        assertThat(stored(id).pending()).isNull();
        var done = answers.stream().filter(answer -> answer.status() == 200).count();
        if (action.equals("restart")) {
            assertThat(done).isPositive();
        } else {
            assertThat(done).isEqualTo(1);
        }
        assertThat(answers).allSatisfy(answer -> assertThat(answer.outcome()).isIn(200, 2003, 2008));
        assertThat(agent.get(id).state().label()).isEqualTo(to);
    }

    @Test
    void everything_at_the_same_time_ends_in_one_state_that_is_the_real_one() throws Exception {
        for (int round = 0; round < 10; round++) {
            var id = in("running");
            var actions = List.of("/stop", "/start", "/pause", "/resume", "/restart", "/stop", "/start", "/pause");
            var calls = new ArrayList<Callable<Answer>>();
            actions.forEach(action -> calls.add(() -> ask("POST", id + action)));

            var answers = atOnce(calls);

            assertThat(answers)
                    .allSatisfy(answer -> assertThat(answer.outcome()).isIn(200, 2003, 2008));
            assertThat(stored(id).pending()).isNull();
            clock.advance(Duration.ofSeconds(1));
            function.runSchedule("sweep");
            assertThat(agent.get(id).state()).isEqualTo(stored(id).state());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "start,   '{\"timeoutMs\":999}'",
        "start,   '{\"timeoutMs\":300001}'",
        "resume,  '{\"timeoutMs\":0}'",
        "stop,    '{\"timeoutMs\":-1}'",
        "stop,    '{\"timeoutMs\":300001}'",
        "restart, '{\"timeoutMs\":999}'",
    })
    void a_time_out_of_range_is_9004_and_changes_nothing(String action, String body) {
        var id = in("running");

        var answer = ask("POST", id + "/" + action, body);

        assertThat(answer.outcome()).isEqualTo(9004);
        assertThat(answer.fields()).containsExactly("timeoutMs");
        assertThat(stateOf(id)).isEqualTo("running");
    }

    /** A sandbox in this state, at its engine too. */
    private String in(String state) {
        if (state.equals("creating")) {
            var recorded = Sandboxes.creating(Surrounded.ORGANIZATION, name(), clock.instant());
            store.create(recorded, Integer.MAX_VALUE);
            return recorded.id();
        }
        var id = create("{}");
        switch (state) {
            case "lost" -> agent.lose(id);
            case "failed" -> agent.end(id, SandboxState.FAILED, EndReason.FAILED, "it died");
            case "paused" -> ask("POST", id + "/pause");
            case "stopped" -> ask("POST", id + "/stop");
            default -> assertThat(state).isEqualTo("running");
        }
        if (state.equals("lost") || state.equals("failed")) {
            function.runSchedule("sweep");
        }
        assertThat(stateOf(id)).isEqualTo(state.equals("lost") ? "failed" : state);
        return id;
    }

    private void begin(String id, Action action) {
        var seen = stored(id);
        store.replace(
                seen, seen.beginning(new Pending(action, new Ending(EndReason.REQUESTED, "key-7"), clock.instant())));
    }

    private Sandbox stored(String id) {
        return store.find(Surrounded.ORGANIZATION, id).orElseThrow();
    }

    private String stateOf(String id) {
        return store.find(Surrounded.ORGANIZATION, id)
                .map(sandbox -> sandbox.state().label())
                .orElse("deleted");
    }

    private String create(String body) {
        return create(body, 201);
    }

    private String create(String body, int outcome) {
        var answer = ask("POST", "", body);
        assertThat(answer.outcome()).as(answer.text()).isEqualTo(outcome);
        return outcome == 201 ? answer.textAt("id") : "";
    }

    /** With the smallest body that is one, where the method takes any. */
    private Answer ask(String method, String path) {
        return switch (method) {
            case "PUT", "PATCH" -> ask(method, path, "{\"labels\":{},\"timeoutMs\":60000}");
            default -> Surrounded.ask(function, Events.of(method, PATH + path));
        };
    }

    private Answer ask(String method, String path, String body) {
        var target = path.isEmpty() ? PATH.substring(0, PATH.length() - 1) : PATH + path;
        return Surrounded.ask(
                function,
                Events.of(method, target)
                        .header("content-type", "application/json")
                        .body(body));
    }

    private static List<Answer> atOnce(int count, Callable<Answer> call) throws Exception {
        return atOnce(Collections.nCopies(count, call));
    }

    private static List<Answer> atOnce(List<Callable<Answer>> calls) throws Exception {
        var barrier = new CyclicBarrier(calls.size());
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var asked = calls.stream()
                    .map(call -> threads.submit(() -> {
                        barrier.await();
                        return call.call();
                    }))
                    .toList();
            var answers = new ArrayList<Answer>();
            for (var answer : asked) {
                answers.add(answer.get());
            }
            return answers;
        }
    }

    private static void await(BooleanSupplier condition) {
        var deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            Eventually.pause();
        }
    }

    private static String name() {
        return "box-" + UUID.randomUUID().toString().substring(0, 8);
    }
}
