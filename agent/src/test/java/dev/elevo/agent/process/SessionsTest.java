package dev.elevo.agent.process;

import static dev.elevo.agent.process.Failures.assertFails;
import static org.assertj.core.api.Assertions.assertThat;

import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.process.CreateSession;
import dev.elevo.contract.process.Kill;
import dev.elevo.contract.process.ProcessQuery;
import dev.elevo.contract.process.RunResult;
import dev.elevo.contract.process.Session;
import dev.elevo.contract.process.SessionExec;
import dev.elevo.contract.process.StillRunning;
import dev.elevo.contract.testing.Eventually;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(90)
class SessionsTest {
    @TempDir
    Path directory;

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.now());
    private Agent agent;

    @BeforeEach
    void start() throws IOException {
        agent = new Agent(directory, (InstantSource) now::get);
    }

    @AfterEach
    void stop() throws IOException {
        agent.close();
    }

    private Session create(@Nullable String id) {
        return create(new CreateSession(id, directory.toString(), Map.of("GIVEN", "yes"), null, null));
    }

    private Session create(CreateSession request) {
        return agent.processes().createSession(Agent.SANDBOX, request, null);
    }

    private Session get(String id) {
        return agent.processes().session(Agent.SANDBOX, id);
    }

    private RunResult exec(String id, String command) {
        return exec(id, command, 60_000);
    }

    private RunResult exec(String id, String command, int timeoutMs) {
        return (RunResult)
                agent.processes().exec(Agent.SANDBOX, id, new SessionExec(command, timeoutMs, null, null, null), null);
    }

    private StillRunning begin(String id, String command) {
        return (StillRunning)
                agent.processes().exec(Agent.SANDBOX, id, new SessionExec(command, null, false, null, null), null);
    }

    @Test
    void directory_and_exported_variables_go_from_command_to_command() {
        var session = create("one");
        assertThat(session.cwd()).isEqualTo(directory.toString());
        assertThat(session.env())
                .containsEntry("GIVEN", "yes")
                .containsEntry("FROM_SANDBOX", "yes")
                .containsKey("PATH")
                .doesNotContainKeys(Sessions.MARK, "_");
        assertThat(session.active()).isTrue();

        assertThat(exec("one", "mkdir -p a/b && cd a/b && export X=\"1 2\"; unset GIVEN; Y=3; exit 7")
                        .exitCode())
                .isEqualTo(7);

        assertThat(exec("one", "pwd; echo $X,$GIVEN,$Y,$ELEVO_SESSION").stdout())
                .startsWith(directory + "/a/b\n1 2,,,one.");
        assertThat(get("one").cwd()).isEqualTo(directory + "/a/b");
        assertThat(get("one").env()).containsEntry("X", "1 2").doesNotContainKey("GIVEN");
        assertThat(get("one").commandHistory()).hasSize(2);
        assertThat(exec("one", "cd ..; cd - >/dev/null; pwd").stdout()).isEqualTo(directory + "/a/b\n");
    }

    @Test
    void a_value_with_lines_and_what_a_command_prints_fool_nobody() {
        create("one");

        exec("one", "export TRICKY='a\nb=c'; printf 'PWD=/etc\\000X=1\\000'; cat /proc/self/environ");

        assertThat(get("one").cwd()).isEqualTo(directory.toString());
        assertThat(get("one").env()).containsEntry("TRICKY", "a\nb=c").doesNotContainKey("X");
    }

    @Test
    void what_cannot_be_read_ends_with_the_shells_own_words() {
        create("one");

        var broken = exec("one", "echo 'unfinished");
        var replaced = exec("one", "cd /; exec true");

        assertThat(broken.exitCode()).isNotZero();
        assertThat(broken.stderr()).isNotEmpty();
        assertThat(replaced.exitCode()).isZero();
        assertThat(get("one").cwd()).isEqualTo(directory.toString());
        assertThat(exec("one", "echo well # and a comment").stdout()).isEqualTo("well\n");
        assertThat(exec("one", "cat <<EOF\nhere\nEOF").stdout()).isEqualTo("here\n");
    }

    @Test
    void a_command_out_of_time_is_killed_and_the_session_stays_as_it_was() {
        create("one");
        exec("one", "export KEPT=1");

        var result = exec("one", "cd /; export KEPT=2; trap '' TERM; sleep 4721", 300);

        assertThat(result.timedOut()).isTrue();
        assertThat(exec("one", "pwd; echo $KEPT").stdout()).isEqualTo(directory + "\n1\n");
    }

    @Test
    void commands_run_one_after_another() {
        create("one");
        var slow = begin("one", "sleep 0.4; export STEP=1; echo slow");

        var second = CompletableFuture.supplyAsync(() -> exec("one", "echo $STEP"));

        assertThat(second.join().stdout()).isEqualTo("1\n");
        assertThat(agent.result(slow.pid()).stdout()).isEqualTo("slow\n");
        assertThat(get("one").commandHistory()).containsExactly("sleep 0.4; export STEP=1; echo slow", "echo $STEP");
    }

    @Test
    void who_does_not_wait_for_a_busy_session_has_the_number_at_once_and_the_rest_in_its_turn() throws IOException {
        create("one");
        var go = directory.resolve("go");
        var first =
                begin("one", "until [ -e " + go + " ]; do sleep 0.02; done; mkdir sub; cd sub; export A=\"it's\n1\"");
        var second = begin("one", "pwd; echo \"$A $GIVEN\"; cd ..; unset GIVEN; cat");
        var third = (StillRunning) agent.processes()
                .exec(
                        Agent.SANDBOX,
                        "one",
                        new SessionExec("pwd; echo \"<$GIVEN>\"; exit 5", null, null, 0, null),
                        null);
        assertThat(List.of(first.pid(), second.pid(), third.pid())).doesNotHaveDuplicates();
        assertThat(agent.processes().get(Agent.SANDBOX, second.pid()).command()).startsWith("pwd; echo");
        assertThat(get("one").commandHistory()).hasSize(1);

        Files.createFile(go);

        assertThat(agent.result(second.pid()).stdout()).isEqualTo(directory + "/sub\nit's\n1 yes\n");
        var last = agent.result(third.pid());
        assertThat(last.stdout()).isEqualTo(directory + "\n<>\n");
        assertThat(last.exitCode()).isEqualTo(5);
        assertThat(get("one").commandHistory()).hasSize(3);
    }

    @Test
    void the_time_of_a_command_begins_with_its_turn() throws IOException {
        create("one");
        var go = directory.resolve("go");
        begin("one", "until [ -e " + go + " ]; do sleep 0.02; done");
        var brief = (StillRunning) agent.processes()
                .exec(Agent.SANDBOX, "one", new SessionExec("echo in time", 500, false, null, null), null);
        var endless = (StillRunning) agent.processes()
                .exec(Agent.SANDBOX, "one", new SessionExec("sleep 4728", 500, false, null, null), null);
        var begun = System.nanoTime();
        while (System.nanoTime() - begun < TimeUnit.MILLISECONDS.toNanos(700)) {
            Eventually.pause();
        }

        Files.createFile(go);

        var result = agent.result(brief.pid());
        assertThat(result.timedOut()).isFalse();
        assertThat(result.stdout()).isEqualTo("in time\n");
        assertThat(result.durationMs()).isLessThan(500);
        assertThat(agent.result(endless.pid()).timedOut()).isTrue();
    }

    @Test
    void one_that_waits_can_be_killed_and_those_behind_it_go_on() throws IOException {
        create("one");
        var go = directory.resolve("go");
        begin("one", "until [ -e " + go + " ]; do sleep 0.02; done");
        var killed = begin("one", "touch " + directory.resolve("wrong"));
        var last = begin("one", "echo last");

        agent.processes().kill(Agent.SANDBOX, killed.pid(), new Kill("SIGKILL", true, 5000), null);
        assertThat(agent.result(killed.pid()).signal()).isEqualTo("SIGKILL");
        Files.createFile(go);

        assertThat(agent.result(last.pid()).stdout()).isEqualTo("last\n");
        assertThat(directory.resolve("wrong")).doesNotExist();
        assertThat(get("one").commandHistory()).hasSize(2);
    }

    @Test
    void those_that_wait_go_on_in_their_order_under_the_next_agent() throws IOException {
        create("one");
        var go = directory.resolve("go");
        begin("one", "until [ -e " + go + " ]; do sleep 0.02; done; export N=1");
        var waiting = new ArrayList<StillRunning>();
        for (int i = 0; i < 5; i++) {
            waiting.add(begin("one", "echo $N; N=$((N + 1))"));
        }

        agent.restart();
        Files.createFile(go);

        for (int i = 0; i < 5; i++) {
            assertThat(agent.result(waiting.get(i).pid()).stdout()).isEqualTo((i + 1) + "\n");
        }
        assertThat(get("one").env()).containsEntry("N", "6");
    }

    @Test
    void what_waited_and_runs_by_now_is_not_begun_again_and_keeps_its_time_under_the_next_agent() throws IOException {
        create("one");
        var go = directory.resolve("go");
        begin("one", "until [ -e " + go + " ]; do sleep 0.02; done");
        var log = directory.resolve("log");
        var running = (StillRunning) agent.processes()
                .exec(
                        Agent.SANDBOX,
                        "one",
                        new SessionExec("echo begun >>" + log + "; sleep 4730", 2000, false, null, null),
                        null);
        Files.createFile(go);
        while (!Files.exists(log)) {
            Eventually.pause();
        }

        agent.restart();

        var result = agent.result(running.pid());
        assertThat(result.timedOut()).isTrue();
        assertThat(result.durationMs()).isBetween(1900L, 3500L);
        assertThat(log).hasContent("begun\n");
        assertThat(exec("one", "echo free").stdout()).isEqualTo("free\n");
    }

    @Test
    void those_that_wait_go_on_after_a_pause() throws IOException {
        create("one");
        var go = directory.resolve("go");
        var first = begin("one", "until [ -e " + go + " ]; do sleep 0.02; done; export A=1");
        var second = begin("one", "echo $A");
        agent.processes().sandboxFreezing(Agent.SANDBOX);
        Files.createFile(go);

        agent.processes().sandboxThawed(Agent.SANDBOX);

        assertThat(agent.result(first.pid()).exitCode()).isZero();
        assertThat(agent.result(second.pid()).stdout()).isEqualTo("1\n");
    }

    @Test
    void so_many_may_wait_and_no_more() {
        create("one");
        begin("one", "sleep 4729");
        for (int i = 0; i < 32; i++) {
            begin("one", "true");
        }

        assertFails(ErrorCode.RESOURCE_EXHAUSTED, () -> begin("one", "true"));
    }

    @Test
    void what_is_not_waited_for_is_read_by_its_pid() {
        create("one");

        var quick = begin("one", "echo quick");

        assertThat(agent.result(quick.pid()).stdout()).isEqualTo("quick\n");
        assertThat(agent.processes().get(Agent.SANDBOX, quick.pid()).command()).isEqualTo("echo quick");
    }

    @Test
    void nothing_is_left_in_the_sandbox() throws IOException {
        create("one");
        exec("one", "true");
        exec("one", "sleep 4723", 100);

        try (var left = Files.list(Path.of("/tmp"))) {
            assertThat(left.filter(file -> file.getFileName().toString().startsWith(".elevo-" + Agent.SANDBOX)))
                    .isEmpty();
        }
    }

    @Test
    void ids_are_unique_and_sessions_are_few() {
        create("one");

        assertFails(ErrorCode.SESSION_ALREADY_EXISTS, () -> create("one"));
        for (int i = 0; i < 9; i++) {
            create((String) null);
        }
        assertFails(ErrorCode.RESOURCE_EXHAUSTED, () -> create((String) null));
        assertThat(agent.processes().sessions(Agent.SANDBOX))
                .hasSize(10)
                .extracting(Session::id)
                .contains("one");
        agent.processes().deleteSession(Agent.SANDBOX, "one", null);
        create("one");
    }

    @Test
    void a_key_begins_one_session() {
        var request = new CreateSession(null, null, null, null, null);
        var first = agent.processes().createSession(Agent.SANDBOX, request, "key");

        assertThat(agent.processes().createSession(Agent.SANDBOX, request, "key"))
                .isEqualTo(first);
        assertThat(agent.processes().sessions(Agent.SANDBOX)).hasSize(1);
    }

    @Test
    void what_prevents_a_session_has_its_own_error() {
        assertFails(ErrorCode.FILE_NOT_FOUND, () -> create(new CreateSession(null, "/no/such", null, null, null)));
        assertFails(ErrorCode.NOT_A_DIRECTORY, () -> create(new CreateSession(null, "/etc/passwd", null, null, null)));
        assertFails(ErrorCode.COMMAND_FAILED, () -> create(new CreateSession(null, null, null, "nobody-here", null)));
        assertThat(agent.processes().sessions(Agent.SANDBOX)).isEmpty();
        assertFails(ErrorCode.SESSION_NOT_FOUND, () -> get("none"));
        assertFails(ErrorCode.SESSION_NOT_FOUND, () -> exec("none", "true"));
        assertFails(ErrorCode.SESSION_NOT_FOUND, () -> agent.processes().deleteSession(Agent.SANDBOX, "none", null));
    }

    @Test
    void a_directory_that_went_away_is_told_and_the_session_can_go_elsewhere_no_more() {
        create("one");
        exec("one", "mkdir gone; cd gone; rmdir ../gone");

        assertFails(ErrorCode.COMMAND_FAILED, () -> exec("one", "pwd"));
        agent.run("mkdir " + directory + "/gone");
        assertThat(exec("one", "pwd").stdout()).isEqualTo(directory + "/gone\n");
    }

    @Test
    void an_idle_session_expires_is_remembered_for_an_hour_and_takes_its_processes_along() {
        create(new CreateSession("one", null, null, null, 60_000));
        exec("one", "(setsid sleep 4724 >/dev/null 2>&1 &)");
        pass(Duration.ofSeconds(59));
        exec("one", "true");
        pass(Duration.ofSeconds(59));
        assertThat(get("one").active()).isTrue();
        assertThat(list("sleep 4724")).hasSize(1);

        pass(Duration.ofSeconds(2));

        assertFails(ErrorCode.SESSION_EXPIRED, () -> exec("one", "true"));
        assertThat(list("sleep 4724")).isEmpty();
        assertThat(agent.processes().sessions(Agent.SANDBOX)).isEmpty();
        agent.restart();
        assertFails(ErrorCode.SESSION_EXPIRED, () -> get("one"));
        pass(Duration.ofMinutes(61));
        agent.processes().sessions(Agent.SANDBOX);
        assertFails(ErrorCode.SESSION_NOT_FOUND, () -> get("one"));
    }

    @Test
    void a_busy_session_is_not_idle() {
        create(new CreateSession("one", null, null, null, 1000));
        begin("one", "sleep 60");

        pass(Duration.ofSeconds(5));

        assertThat(get("one").active()).isTrue();
    }

    @Test
    void deleting_kills_all_that_runs_of_it_and_nothing_else() {
        create("one");
        create("two");
        begin("two", "sleep 4726");
        exec("one", "(setsid sleep 4725 >/dev/null 2>&1 &); sleep 4725 >/dev/null 2>&1 &");
        begin("one", "trap '' TERM; sleep 4725; sleep 4725");

        agent.processes().deleteSession(Agent.SANDBOX, "one", null);

        assertThat(list("*4725*")).isEmpty();
        assertThat(list("sleep 4726")).isNotEmpty();
        assertFails(ErrorCode.SESSION_NOT_FOUND, () -> get("one"));
    }

    @Test
    void what_waits_in_a_session_that_is_deleted_ends_with_it() {
        create("one");
        begin("one", "sleep 60");
        var waiting = begin("one", "touch " + directory.resolve("wrong"));

        agent.processes().deleteSession(Agent.SANDBOX, "one", null);

        assertThat(agent.result(waiting.pid()).signal()).isEqualTo("SIGKILL");
        assertThat(directory.resolve("wrong")).doesNotExist();
    }

    @Test
    void a_session_goes_on_under_the_next_agent_with_what_runs_in_it() {
        create("one");
        exec("one", "export BEFORE=1");
        var running = begin("one", "sleep 0.5; cd /; export DURING=2");

        agent.restart();

        assertThat(exec("one", "pwd; echo $BEFORE$DURING").stdout()).isEqualTo("/\n12\n");
        assertThat(agent.result(running.pid()).exitCode()).isZero();
        assertThat(get("one").commandHistory()).hasSize(3);
    }

    @Test
    void a_new_life_of_the_sandbox_has_no_sessions() {
        create("one");
        agent.processes().sandboxStarted(Agent.SANDBOX);

        assertFails(ErrorCode.SESSION_NOT_FOUND, () -> get("one"));
    }

    @Test
    void the_history_keeps_the_last_hundred() {
        var record = new SessionRecord("one", "m", null, 0, 0, 1000, "/", "user", Map.of(), List.of(), null);
        for (int i = 0; i < 250; i++) {
            record = record.beginning("command " + i, Instant.EPOCH);
        }

        assertThat(record.history()).hasSize(100).startsWith("command 150").endsWith("command 249");
        record = record.beginning("x".repeat(120_000), Instant.EPOCH)
                .beginning("y".repeat(120_000), Instant.EPOCH)
                .beginning("z".repeat(120_000), Instant.EPOCH);
        assertThat(record.history()).hasSize(2);
    }

    @Test
    void a_state_is_whole_or_none() {
        assertThat(SessionState.read("/etc\0A=b\0".getBytes(StandardCharsets.UTF_8)))
                .contains(new SessionState("/etc", Map.of("A", "b")));
        for (var half : List.of("", "/etc", "/etc\0", "/etc\0A=b", "A=b\0")) {
            assertThat(SessionState.read(half.getBytes(StandardCharsets.UTF_8)))
                    .as(half)
                    .isEmpty();
        }
    }

    private List<?> list(String command) {
        return agent.processes().list(Agent.SANDBOX, new ProcessQuery(null, command, false, false));
    }

    private void pass(Duration time) {
        now.updateAndGet(instant -> instant.plus(time));
    }
}
