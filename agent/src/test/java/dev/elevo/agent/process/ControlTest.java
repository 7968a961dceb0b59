package dev.elevo.agent.process;

import static dev.elevo.agent.process.Failures.assertFails;
import static org.assertj.core.api.Assertions.assertThat;

import dev.elevo.agent.helper.RealHelper;
import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.process.Kill;
import dev.elevo.contract.process.OutputQuery;
import dev.elevo.contract.process.ProcessInfo;
import dev.elevo.contract.process.ProcessQuery;
import dev.elevo.contract.process.ProcessState;
import dev.elevo.contract.process.SpawnRequest;
import dev.elevo.contract.process.WriteRequest;
import dev.elevo.contract.testing.Eventually;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Processes that are left to themselves: found, fed, signalled and remembered. */
@Timeout(90)
class ControlTest {
    private static final Kill TERM = new Kill("SIGTERM", false, 5000);
    private static final Kill TERM_AND_WAIT = new Kill("SIGTERM", true, 10_000);
    private static final Kill KILL_AND_WAIT = new Kill("SIGKILL", true, 10_000);
    private static final ProcessQuery ALL = new ProcessQuery(null, null, false, false);

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

    private static SpawnRequest request(String command, boolean stdin, @Nullable String tag) {
        return new SpawnRequest(command, null, null, null, null, null, null, null, null, null, null, stdin, tag);
    }

    private int spawn(String command) {
        return spawn(request(command, false, null));
    }

    private int spawn(SpawnRequest request) {
        return agent.processes().spawn(Agent.SANDBOX, request, null).pid();
    }

    private List<ProcessInfo> list(ProcessQuery query) {
        return agent.processes().list(Agent.SANDBOX, query);
    }

    private ProcessInfo get(int pid) {
        return agent.processes().get(Agent.SANDBOX, pid);
    }

    private int write(int pid, @Nullable String data, boolean eof) {
        return agent.processes()
                .write(Agent.SANDBOX, pid, new WriteRequest(data, null, eof), null)
                .bytesWritten();
    }

    /** All it says until it contains the text. */
    private String readUntil(int pid, String text) {
        var seen = new StringBuilder();
        String cursor = null;
        while (seen.indexOf(text) < 0) {
            var page = agent.output(pid, cursor);
            page.chunks().forEach(chunk -> seen.append(chunk.data()));
            cursor = page.nextCursor();
            assertThat(page.ended() && seen.indexOf(text) < 0)
                    .as("%s ended", seen)
                    .isFalse();
        }
        return seen.toString();
    }

    @Test
    void a_spawned_process_runs_without_an_end_and_has_no_result() {
        var spawned = agent.processes().spawn(Agent.SANDBOX, request("echo on; sleep 60", false, "mine"), null);

        assertThat(spawned.command()).isEqualTo("echo on; sleep 60");
        assertThat(spawned.tag()).isEqualTo("mine");
        assertThat(readUntil(spawned.pid(), "on")).isEqualTo("on\n");
        assertThat(get(spawned.pid()).tag()).isEqualTo("mine");
        assertFails(ErrorCode.PROCESS_NOT_FOUND, () -> agent.result(spawned.pid()));
    }

    @Test
    void a_spawn_that_cannot_be_says_why() {
        assertFails(
                ErrorCode.COMMAND_FAILED,
                () -> spawn(new SpawnRequest(
                        "no-such-program", false, null, null, null, null, null, null, null, null, null, null, null)));
        assertFails(
                ErrorCode.FILE_NOT_FOUND,
                () -> spawn(new SpawnRequest(
                        "true", null, null, "/no/such", null, null, null, null, null, null, null, null, null)));
    }

    @Test
    void a_key_spawns_once() {
        var first = agent.processes().spawn(Agent.SANDBOX, request("sleep 60", false, null), "key");
        var second = agent.processes().spawn(Agent.SANDBOX, request("sleep 60", false, null), "key");

        assertThat(second).isEqualTo(first);
    }

    @Test
    void the_end_of_a_spawned_process_is_told_for_ten_minutes_and_by_the_next_agent() {
        var pid = spawn("echo said; exit 4");
        readUntil(pid, "said");
        while (get(pid).state() != ProcessState.EXITED) {
            Eventually.pause();
        }
        agent.restart();

        assertThat(get(pid).exitCode()).isEqualTo(4);
        assertThat(get(pid).exitedAt()).isNotNull();
        assertThat(readUntil(pid, "said")).isEqualTo("said\n");
        now.updateAndGet(instant -> instant.plus(Duration.ofMinutes(11)));
        assertFails(ErrorCode.PROCESS_NOT_FOUND, () -> get(pid));
    }

    @Test
    void the_list_has_what_was_started_and_its_children_daemons_too() {
        var pid = spawn("(setsid sleep 4711 &) ; sleep 4712 & echo go; wait");
        readUntil(pid, "go");

        assertThat(list(ALL)).extracting(ProcessInfo::pid).contains(pid).doesNotContain((int)
                agent.real().pid());
        while (list(new ProcessQuery(null, "sleep 471?", false, false)).size() < 2) {
            Eventually.pause();
        }
        assertThat(list(new ProcessQuery(null, "sleep 471?", false, false)))
                .hasSize(2)
                .allSatisfy(info -> assertThat(info.command()).isEqualTo("sleep"));
        assertThat(list(new ProcessQuery(null, null, true, false)))
                .extracting(ProcessInfo::pid)
                .contains((int) agent.real().pid())
                // What is beside the sandbox is none of its business.
                .doesNotContain((int) ProcessHandle.current().pid());
        assertThat(list(new ProcessQuery("nobody", null, true, false))).isEmpty();
        assertThat(list(new ProcessQuery(RealHelper.user(), "sleep 4711", false, false)))
                .hasSize(1);
    }

    @Test
    void the_list_has_the_ended_ones_on_request() {
        agent.run("exit 3");

        assertThat(list(ALL)).isEmpty();
        assertThat(list(new ProcessQuery(null, "exit*", false, true)))
                .singleElement()
                .satisfies(info -> {
                    assertThat(info.state()).isEqualTo(ProcessState.EXITED);
                    assertThat(info.exitCode()).isEqualTo(3);
                });
    }

    @Test
    void a_signal_reaches_the_whole_group() {
        var pid = spawn("sleep 4713 & echo go; wait");
        readUntil(pid, "go");

        var killed = agent.processes().kill(Agent.SANDBOX, pid, TERM_AND_WAIT, null);

        assertThat(killed.exited()).isTrue();
        assertThat(killed.exitCode()).isEqualTo(-1);
        assertThat(killed.signal()).isEqualTo("SIGTERM");
        assertThat(list(new ProcessQuery(null, "sleep 4713", false, false))).isEmpty();
        assertFails(ErrorCode.PROCESS_NOT_FOUND, () -> agent.processes().kill(Agent.SANDBOX, pid, TERM, null));
    }

    @Test
    void who_ignores_a_signal_is_waited_for_in_vain_and_killed_by_another() {
        var pid = spawn("trap '' TERM; echo go; while :; do sleep 1; done");
        readUntil(pid, "go");

        assertFails(
                ErrorCode.PROCESS_TIMEOUT,
                () -> agent.processes().kill(Agent.SANDBOX, pid, new Kill("SIGTERM", true, 200), null));
        assertThat(agent.processes().kill(Agent.SANDBOX, pid, TERM, null).exited())
                .isFalse();
        assertThat(agent.processes()
                        .kill(Agent.SANDBOX, pid, KILL_AND_WAIT, null)
                        .exitCode())
                .isEqualTo(-1);
    }

    @Test
    void a_process_that_somebody_else_started_is_killed_and_waited_for_too() {
        var pid = spawn("(setsid sleep 4714 &); echo go; sleep 60");
        readUntil(pid, "go");
        @Nullable ProcessInfo daemon;
        do {
            var found = list(new ProcessQuery(null, "sleep 4714", false, false));
            daemon = found.isEmpty() ? null : found.getFirst();
        } while (daemon == null);

        var killed = agent.processes().kill(Agent.SANDBOX, daemon.pid(), KILL_AND_WAIT, null);

        assertThat(killed.exited()).isTrue();
        assertThat(list(new ProcessQuery(null, "sleep 4714", false, false))).isEmpty();
        assertThat(get(pid).state()).isNotEqualTo(ProcessState.EXITED);
    }

    @Test
    void the_service_itself_is_not_to_be_killed() {
        assertFails(
                ErrorCode.FORBIDDEN,
                () -> agent.processes().kill(Agent.SANDBOX, (int) agent.real().pid(), KILL_AND_WAIT, null));
        assertFails(ErrorCode.FORBIDDEN, () -> agent.processes().kill(Agent.SANDBOX, 1, KILL_AND_WAIT, null));
        assertFails(
                ErrorCode.PROCESS_NOT_FOUND,
                () -> agent.processes()
                        .kill(Agent.SANDBOX, (int) ProcessHandle.current().pid(), KILL_AND_WAIT, null));
        assertFails(ErrorCode.PROCESS_NOT_FOUND, () -> agent.processes().kill(Agent.SANDBOX, 4_000_000, TERM, null));
        assertThat(agent.run("echo alive").stdout()).isEqualTo("alive\n");
    }

    @Test
    void a_stdin_that_is_open_is_written_to_and_closed() {
        var pid = spawn(request("while read line; do echo got $line; done; echo end; sleep 60", true, null));

        assertThat(write(pid, "one\n", false)).isEqualTo(4);
        readUntil(pid, "got one");
        var base64 = Base64.getEncoder().encodeToString("two\n".getBytes(StandardCharsets.UTF_8));
        assertThat(agent.processes()
                        .write(Agent.SANDBOX, pid, new WriteRequest(base64, "base64", true), null)
                        .bytesWritten())
                .isEqualTo(4);
        readUntil(pid, "end");
        assertFails(ErrorCode.STDIN_CLOSED, () -> write(pid, "three", false));
        assertFails(ErrorCode.STDIN_CLOSED, () -> write(pid, null, true));
        assertFails(
                ErrorCode.VALIDATION_ERROR,
                () -> agent.processes().write(Agent.SANDBOX, pid, new WriteRequest("!", "base64", false), null));
    }

    @Test
    void a_stdin_that_is_not_open_is_told() {
        var closed = spawn("sleep 60");
        var closedItself = spawn(request("exec <&-; echo closed; sleep 60", true, null));
        var over = spawn(request("true", true, null));
        readUntil(closedItself, "closed");
        while (get(over).state() != ProcessState.EXITED) {
            Eventually.pause();
        }

        for (var pid : List.of(closed, closedItself, over)) {
            assertFails(ErrorCode.STDIN_CLOSED, () -> write(pid, "x", false));
        }
        assertFails(ErrorCode.PROCESS_NOT_FOUND, () -> write(4_000_000, "x", false));
    }

    @Test
    void input_repeated_with_its_key_is_written_once() {
        var pid = spawn(request("cat", true, null));
        for (int i = 0; i < 2; i++) {
            agent.processes().write(Agent.SANDBOX, pid, new WriteRequest("once\n", null, false), "key");
        }
        write(pid, "done\n", false);

        assertThat(readUntil(pid, "done")).isEqualTo("once\ndone\n");
    }

    @Test
    @Tag("slow")
    void who_does_not_read_takes_so_much_and_no_more_and_nothing_is_lost() {
        var pid = spawn(request("read line; echo go; sed s/x/y/g | wc -c", true, null));
        var megabyte = "x".repeat(1 << 20);

        var taken = write(pid, "\n", false);
        readUntil(pid, "go");
        assertThat(taken).isEqualTo(1);
        var rest = megabyte;
        while (!rest.isEmpty()) {
            rest = rest.substring(write(pid, rest, false));
        }
        write(pid, null, true);

        assertThat(readUntil(pid, "1048576")).contains("go");
        var deaf = spawn(request("sleep 60", true, null));
        assertThat(write(deaf, megabyte, true)).isBetween(1, 256 << 10);
        assertFails(ErrorCode.RESOURCE_EXHAUSTED, () -> write(deaf, "x", false));
    }

    @Test
    void what_was_written_to_a_process_of_a_former_agent_goes_on() {
        var pid = spawn(request("while read line; do echo got $line; done", true, null));
        write(pid, "one\n", false);
        readUntil(pid, "got one");

        agent.restart();

        write(pid, "two\n", true);
        assertThat(readUntil(pid, "got two")).isEqualTo("got one\ngot two\n");
    }

    @Test
    void a_grandchild_that_holds_the_output_does_not_hold_the_answer() {
        var result = agent.run("(setsid sleep 4715 &) ; echo done");

        assertThat(result.stdout()).isEqualTo("done\n");
        assertThat(result.durationMs()).isLessThan(30_000);
    }

    @Test
    void a_process_that_closes_its_outputs_still_ends_with_its_code() {
        var result = agent.run("exec >&- 2>&-; sleep 0.1; exit 9");

        assertThat(result.exitCode()).isEqualTo(9);
    }

    /** As on a terminal: each key is shown before the next is pressed, so nothing of it can go together. */
    @Test
    @Tag("slow")
    void a_process_that_writes_byte_by_byte_is_never_stopped() {
        var pid = spawn(request("cat", true, null));
        String cursor = null;
        for (int i = 0; i < 20_000; i++) {
            write(pid, "x", false);
            var page = agent.output(pid, new OutputQuery("stdout", cursor, 1, 20_000, null));
            assertThat(page.chunks()).as("the byte %d", i).hasSize(1);
            cursor = page.nextCursor();
        }
    }

    /** The reader comes every now and then, the process would write a hundred times as much meanwhile. */
    @Test
    void a_process_waits_for_a_reader_who_is_at_it() {
        var pid = spawn(new SpawnRequest(
                "seq 1 2000000", null, null, null, null, null, null, null, null, null, 300_000, null, null));
        var sum = 0L;
        String cursor = null;
        for (var ended = false; !ended; ) {
            var page = agent.output(pid, new OutputQuery("stdout", cursor, 1_048_576, 5000, null));
            assertThat(page.droppedBytes()).isZero();
            assertThat(agent.output(pid, new OutputQuery("stdout", cursor, 1_048_576, 5000, null))
                            .droppedBytes())
                    .as("of a page whose answer was lost")
                    .isZero();
            sum += page.chunks().stream()
                    .mapToLong(chunk -> chunk.data().length())
                    .sum();
            cursor = page.nextCursor();
            ended = page.ended();
        }

        assertThat(sum).isEqualTo(14_888_896);
    }

    @Test
    void globs_match_as_they_should() {
        assertThat(new Glob("a*b?").matches("a--bb-bc")).isTrue();
        assertThat(new Glob("*").matches("")).isTrue();
        assertThat(new Glob("a?").matches("a")).isFalse();
        assertThat(new Glob("a*").matches("ba")).isFalse();
        assertThat(new Glob("*a*a*a*a*a*a*a*a*b").matches("a".repeat(5000))).isFalse();
    }
}
