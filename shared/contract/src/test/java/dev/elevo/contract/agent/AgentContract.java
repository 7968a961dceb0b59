package dev.elevo.contract.agent;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.elevo.contract.ApiException;
import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Ids;
import dev.elevo.contract.files.CopyRequest;
import dev.elevo.contract.files.FileInfo;
import dev.elevo.contract.files.FileMode;
import dev.elevo.contract.files.MoveRequest;
import dev.elevo.contract.files.WriteResult;
import dev.elevo.contract.process.CodeRunRequest;
import dev.elevo.contract.process.CreateSession;
import dev.elevo.contract.process.Kill;
import dev.elevo.contract.process.OutputPage;
import dev.elevo.contract.process.OutputQuery;
import dev.elevo.contract.process.ProcessInfo;
import dev.elevo.contract.process.ProcessQuery;
import dev.elevo.contract.process.ProcessState;
import dev.elevo.contract.process.RunRequest;
import dev.elevo.contract.process.RunResult;
import dev.elevo.contract.process.SessionExec;
import dev.elevo.contract.process.SpawnRequest;
import dev.elevo.contract.process.StillRunning;
import dev.elevo.contract.process.WriteRequest;
import dev.elevo.contract.sandbox.EndReason;
import dev.elevo.contract.sandbox.Resources;
import dev.elevo.contract.sandbox.SandboxState;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What every agent promises, whatever it isolates with and however it is reached. */
public abstract class AgentContract {
    private static final int PATIENCE_MS = 10_000;
    private static final Kill KILL = new Kill("SIGKILL", true, PATIENCE_MS);
    private final String id = Ids.SANDBOX.random();

    protected abstract SandboxAgent sandboxes();

    protected abstract ProcessAgent processes();

    protected abstract FileAgent files();

    @AfterEach
    void remove() {
        sandboxes().delete(id);
    }

    @Test
    void a_sandbox_is_made_once_however_often_it_is_asked_for() {
        var first = sandboxes().create(InMemoryAgent.ordinary(id));
        var second = sandboxes().create(InMemoryAgent.ordinary(id));

        assertThat(first.state()).isEqualTo(SandboxState.RUNNING);
        assertThat(second).isEqualTo(first);
        assertThat(sandboxes().list()).extracting(SandboxStatus::id).containsOnlyOnce(id);
        assertThat(sandboxes().get(id)).isEqualTo(first);
    }

    @Test
    void a_stopped_sandbox_is_listed_with_its_reason_and_runs_nothing() {
        sandboxes().create(InMemoryAgent.ordinary(id));

        var stopped = sandboxes().stop(id, new StopSandbox(100, EndReason.EXPIRED));

        assertThat(stopped.state()).isEqualTo(SandboxState.STOPPED);
        assertThat(stopped.endReason()).isEqualTo(EndReason.EXPIRED);
        assertThat(sandboxes().stop(id, new StopSandbox(100, EndReason.IDLE)).endReason())
                .isEqualTo(EndReason.EXPIRED);
        assertThat(codeOf(() -> run("true"))).isEqualTo(ErrorCode.SANDBOX_NOT_RUNNING);
    }

    @Test
    void a_stopped_sandbox_starts_again_with_its_files_and_nothing_running() {
        sandboxes().create(InMemoryAgent.ordinary(id));
        sandboxes().stop(id, new StopSandbox(0, EndReason.REQUESTED));

        var again = sandboxes().start(id, Deadline.NEVER);

        assertThat(again.state()).isEqualTo(SandboxState.RUNNING);
        assertThat(again.endReason()).isNull();
        assertThat(again.endedAt()).isNull();
        assertThat(sandboxes().start(id, Deadline.NEVER)).isEqualTo(again);
        assertThat(((RunResult) run("echo hello world")).stdout()).isEqualTo("hello world\n");
    }

    @Test
    void what_is_written_to_a_file_is_read_from_it() {
        sandboxes().create(InMemoryAgent.ordinary(id));
        var target = new WriteFile("/tmp/a/b", null, true, false, false, null);

        var written = files().write(id, target, "content".getBytes(UTF_8), "key");

        assertThat(written).isEqualTo(new WriteResult("/tmp/a/b", 7, true));
        assertThat(files().write(id, target, "content".getBytes(UTF_8), "key")).isEqualTo(written);
        assertThat(codeOf(() -> files().write(id, target, new byte[0], null))).isEqualTo(ErrorCode.FILE_ALREADY_EXISTS);
        var part = files().read(id, new ReadFile("/tmp/a/b", 3, 2L, 10, null));
        assertThat(new String(part.bytes(), UTF_8)).isEqualTo("te");
        assertThat(part.size()).isEqualTo(7);
        assertThat(codeOf(() -> files().read(id, new ReadFile("/tmp/a/b", 0, null, 6, null))))
                .isEqualTo(ErrorCode.FILE_TOO_LARGE);
        assertThat(codeOf(() -> files().read(id, new ReadFile("/tmp/a", 0, null, 6, null))))
                .isEqualTo(ErrorCode.NOT_A_FILE);
        assertThat(codeOf(() -> files().read(id, new ReadFile("/tmp/c", 0, null, 6, null))))
                .isEqualTo(ErrorCode.FILE_NOT_FOUND);
        assertThat(codeOf(() -> files().stat(id, new StatFile("/tmp", true, "nobody-here"))))
                .isEqualTo(ErrorCode.PERMISSION_DENIED);
    }

    @Test
    void files_are_moved_listed_and_deleted() {
        sandboxes().create(InMemoryAgent.ordinary(id));
        var entries = List.of(
                new WriteFiles.Entry("/tmp/d/x", "eA==", null, true, true),
                new WriteFiles.Entry("/tmp/d/.y", "", new FileMode(0600), true, true));
        files().writeAll(id, new WriteFiles(entries, null), null);

        files().copy(id, new CopyRequest("/tmp/d", "/tmp/e", true, null, null, null), null);
        files().move(id, new MoveRequest("/tmp/d", "/tmp/f", null, null), null);

        var all = new ListFiles("/tmp/f", -1, null, true, "name", false, 0, 10, null);
        assertThat(files().list(id, all).files()).extracting(FileInfo::path).containsExactly("/tmp/f/.y", "/tmp/f/x");
        assertThat(files().list(id, all).total()).isEqualTo(2);
        assertThat(files().stat(id, new StatFile("/tmp/e/.y", false, null)).mode())
                .isEqualTo(new FileMode(0600));
        assertThat(codeOf(() -> files().delete(id, new DeleteFile("/tmp/e", false, false, null), null)))
                .isEqualTo(ErrorCode.DIRECTORY_NOT_EMPTY);
        files().delete(id, new DeleteFile("/tmp/e", true, false, null), null);
        assertThat(codeOf(() -> files().delete(id, new DeleteFile("/tmp/d", true, false, null), null)))
                .isEqualTo(ErrorCode.FILE_NOT_FOUND);
        assertThat(codeOf(() -> files().delete(id, new DeleteFile("/", true, false, null), null)))
                .isEqualTo(ErrorCode.PERMISSION_DENIED);
        sandboxes().stop(id, new StopSandbox(0, EndReason.REQUESTED));
        assertThat(codeOf(() -> files().list(id, all))).isEqualTo(ErrorCode.SANDBOX_NOT_RUNNING);
    }

    @Test
    void a_paused_sandbox_runs_nothing_until_it_is_resumed() {
        assumeTrue(sandboxes().host().pause(), "this host cannot freeze anything");
        sandboxes().create(InMemoryAgent.ordinary(id));
        var pid = ((StillRunning) processes().run(id, request("sleep 600", 0), null)).pid();

        assertThat(sandboxes().pause(id).state()).isEqualTo(SandboxState.PAUSED);
        assertThat(sandboxes().pause(id).state()).isEqualTo(SandboxState.PAUSED);
        assertThat(codeOf(() -> run("true"))).isEqualTo(ErrorCode.SANDBOX_NOT_RUNNING);
        assertThat(sandboxes().resume(id, Deadline.NEVER).state()).isEqualTo(SandboxState.RUNNING);
        assertThat(processes().get(id, pid).state()).isNotEqualTo(ProcessState.EXITED);
    }

    @Test
    void what_has_ended_is_neither_paused_nor_resumed() {
        assumeTrue(sandboxes().host().pause(), "this host cannot freeze anything");
        sandboxes().create(InMemoryAgent.ordinary(id));
        sandboxes().pause(id);
        sandboxes().stop(id, new StopSandbox(0, EndReason.REQUESTED));

        assertThat(codeOf(() -> sandboxes().pause(id))).isEqualTo(ErrorCode.SANDBOX_NOT_RUNNING);
        assertThat(codeOf(() -> sandboxes().resume(id, Deadline.NEVER))).isEqualTo(ErrorCode.INVALID_SANDBOX_STATE);
        assertThat(sandboxes().get(id).state()).isEqualTo(SandboxState.STOPPED);
    }

    @Test
    void a_running_sandbox_can_be_measured() {
        sandboxes().create(InMemoryAgent.ordinary(id));

        var now = sandboxes().measure(id).orElseThrow();
        sandboxes().stop(id, new StopSandbox(0, EndReason.REQUESTED));

        assertThat(now.cpuCount()).isEqualTo(Resources.DEFAULT.cpu());
        assertThat(now.processCount()).isPositive();
        assertThat(now.memoryUsed()).isPositive().isLessThan(now.memoryTotal());
        assertThat(sandboxes().measure(id)).isEmpty();
    }

    @Test
    void deleting_removes_everything_and_may_be_repeated() {
        sandboxes().create(InMemoryAgent.ordinary(id));

        sandboxes().delete(id);
        sandboxes().delete(id);

        assertThat(sandboxes().list()).extracting(SandboxStatus::id).doesNotContain(id);
        assertThat(codeOf(() -> sandboxes().get(id))).isEqualTo(ErrorCode.SANDBOX_NOT_FOUND);
        assertThat(codeOf(() -> run("true"))).isEqualTo(ErrorCode.SANDBOX_NOT_FOUND);
    }

    @Test
    void the_host_says_what_it_offers() {
        var host = sandboxes().host();

        assertThat(host.templates()).contains("base");
        assertThat(host.enforced()).containsOnlyKeys("cpu", "memory", "disk", "pids", "network");
    }

    @Test
    void a_command_gives_its_output_and_exit_code() {
        sandboxes().create(InMemoryAgent.ordinary(id));

        var result = (RunResult) run("echo hello world");

        assertThat(result.stdout()).isEqualTo("hello world\n");
        assertThat(result.exitCode()).isZero();
        assertThat(((RunResult) run("exit 7")).exitCode()).isEqualTo(7);
    }

    @Test
    void output_is_given_as_base64_on_request() {
        sandboxes().create(InMemoryAgent.ordinary(id));

        var result = (RunResult) processes()
                .run(
                        id,
                        new RunRequest(
                                "head -c 2 /dev/zero",
                                null,
                                null,
                                null,
                                null,
                                null,
                                null,
                                null,
                                null,
                                PATIENCE_MS,
                                "base64",
                                null,
                                null),
                        null);

        assertThat(result.stdout()).isEqualTo("AAA=");
    }

    @Test
    void a_command_that_takes_longer_than_the_wait_goes_on_by_itself() {
        sandboxes().create(InMemoryAgent.ordinary(id));

        var running = (StillRunning) processes().run(id, request("sleep 600", 0), null);

        assertThat(running.command()).isEqualTo("sleep 600");
        assertThat(processes().get(id, running.pid()).state()).isNotEqualTo(ProcessState.EXITED);
        assertThat(processes().result(id, running.pid(), 0)).isInstanceOf(StillRunning.class);
    }

    @Test
    void two_runs_with_one_key_start_one_process() {
        sandboxes().create(InMemoryAgent.ordinary(id));

        var first = (StillRunning) processes().run(id, request("sleep 600", 0), "key");
        var second = (StillRunning) processes().run(id, request("sleep 600", 0), "key");
        var other = (StillRunning) processes().run(id, request("sleep 600", 0), "another");

        assertThat(second.pid()).isEqualTo(first.pid());
        assertThat(other.pid()).isNotEqualTo(first.pid());
    }

    @Test
    void output_is_read_in_pieces_by_cursor_and_nothing_is_lost() {
        sandboxes().create(InMemoryAgent.ordinary(id));
        var pid = pidOf("echo 0123456789");

        var first = processes().output(id, pid, new OutputQuery("stdout", null, 4, 0, null));
        var rest = processes().output(id, pid, new OutputQuery("stdout", first.nextCursor(), 100, 0, null));

        assertThat(text(first) + text(rest)).isEqualTo("0123456789\n");
        assertThat(text(first)).hasSizeLessThanOrEqualTo(4);
        assertThat(rest.ended()).isTrue();
        assertThat(rest.exitCode()).isZero();
    }

    @Test
    void a_process_left_to_itself_is_listed_fed_and_killed() {
        sandboxes().create(InMemoryAgent.ordinary(id));
        var request =
                new SpawnRequest("sleep 600", null, null, null, null, null, null, null, null, null, null, true, "mine");

        var spawned = processes().spawn(id, request, "key");

        assertThat(processes().spawn(id, request, "key")).isEqualTo(spawned);
        assertThat(listed(false)).contains(spawned.pid()).doesNotContain(1);
        assertThat(processes().get(id, spawned.pid()).tag()).isEqualTo("mine");
        assertThat(codeOf(() -> processes().result(id, spawned.pid(), 0))).isEqualTo(ErrorCode.PROCESS_NOT_FOUND);
        assertThat(processes()
                        .write(id, spawned.pid(), new WriteRequest("12345", null, true), null)
                        .bytesWritten())
                .isEqualTo(5);
        assertThat(codeOf(() -> processes().write(id, spawned.pid(), new WriteRequest("x", null, null), null)))
                .isEqualTo(ErrorCode.STDIN_CLOSED);
        assertThat(codeOf(() -> processes().kill(id, 1, KILL, null))).isEqualTo(ErrorCode.FORBIDDEN);
        assertThat(processes().kill(id, spawned.pid(), KILL, null).exited()).isTrue();
        assertThat(listed(false)).doesNotContain(spawned.pid());
        assertThat(listed(true)).contains(spawned.pid());
    }

    private List<Integer> listed(boolean exited) {
        return processes().list(id, new ProcessQuery(null, null, false, exited)).stream()
                .map(ProcessInfo::pid)
                .toList();
    }

    @Test
    void code_runs_as_a_command_does() {
        sandboxes().create(InMemoryAgent.ordinary(id));

        var result = (RunResult) processes()
                .runCode(
                        id,
                        new CodeRunRequest("echo hello", "bash", null, null, null, PATIENCE_MS, null, null, null, true),
                        null);

        assertThat(result.stdout()).isEqualTo("hello\n");
        assertThat(result.charts()).isEmpty();
    }

    @Test
    void a_session_takes_commands_until_it_is_deleted() {
        sandboxes().create(InMemoryAgent.ordinary(id));
        var request = new CreateSession("one", "/tmp", Map.of("A", "1"), null, null);

        var session = processes().createSession(id, request, "key");

        assertThat(session.cwd()).isEqualTo("/tmp");
        assertThat(session.env()).containsEntry("A", "1");
        assertThat(processes().createSession(id, request, "key")).isEqualTo(session);
        assertThat(codeOf(() -> processes().createSession(id, request, "another")))
                .isEqualTo(ErrorCode.SESSION_ALREADY_EXISTS);
        var exec = new SessionExec("echo hello", null, null, PATIENCE_MS, null);
        assertThat(((RunResult) processes().exec(id, "one", exec, null)).stdout())
                .isEqualTo("hello\n");
        assertThat(processes().session(id, "one").commandHistory()).containsExactly("echo hello");
        assertThat(processes().sessions(id)).hasSize(1);
        processes().deleteSession(id, "one", null);
        assertThat(codeOf(() -> processes().session(id, "one"))).isEqualTo(ErrorCode.SESSION_NOT_FOUND);
        assertThat(codeOf(() -> processes().exec(id, "one", exec, null))).isEqualTo(ErrorCode.SESSION_NOT_FOUND);
    }

    @Test
    void what_cannot_be_is_refused_by_name() {
        sandboxes().create(InMemoryAgent.ordinary(id));

        assertThat(codeOf(() -> processes().get(id, 4_000_000))).isEqualTo(ErrorCode.PROCESS_NOT_FOUND);
        assertThat(codeOf(() -> processes().result(id, 4_000_000, 0))).isEqualTo(ErrorCode.PROCESS_NOT_FOUND);
        assertThat(codeOf(() ->
                        processes().output(id, pidOf("echo x"), new OutputQuery(null, "no cursor", null, 0, null))))
                .isEqualTo(ErrorCode.INVALID_REQUEST);
        assertThat(codeOf(() -> processes().run(id, in("/nowhere/at/all"), null)))
                .isEqualTo(ErrorCode.FILE_NOT_FOUND);
    }

    private Object run(String command) {
        return processes().run(id, request(command, PATIENCE_MS), null);
    }

    /** A pid can only be learned from an answer that did not wait; the result is then waited for. */
    private int pidOf(String command) {
        var key = Ids.REQUEST.random();
        processes().run(id, request(command, PATIENCE_MS), key);
        for (int pid = 1; pid < 10_000; pid++) {
            if (isCommand(pid, command)) {
                return pid;
            }
        }
        throw new AssertionError("no process of that command");
    }

    private boolean isCommand(int pid, String command) {
        try {
            return processes().get(id, pid).command().contains(command);
        } catch (ApiException e) {
            return false;
        }
    }

    private static String text(OutputPage page) {
        return page.chunks().stream().map(OutputPage.Chunk::data).collect(Collectors.joining());
    }

    private static RunRequest request(String command, int waitMs) {
        return new RunRequest(command, null, null, null, null, null, null, null, null, waitMs, null, null, null);
    }

    private static RunRequest in(String cwd) {
        return new RunRequest("true", null, null, cwd, null, null, null, null, null, PATIENCE_MS, null, null, null);
    }

    private static @Nullable ErrorCode codeOf(ThrowingCallable call) {
        var thrown = catchThrowableOfType(ApiException.class, call);
        return thrown == null ? null : thrown.failure().code();
    }
}
