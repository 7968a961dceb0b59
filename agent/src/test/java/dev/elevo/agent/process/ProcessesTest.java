package dev.elevo.agent.process;

import static dev.elevo.agent.process.Requests.command;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.elevo.agent.helper.RealHelper;
import dev.elevo.contract.ApiException;
import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.process.OutputPage;
import dev.elevo.contract.process.OutputQuery;
import dev.elevo.contract.process.ProcessState;
import dev.elevo.contract.process.RunRequest;
import dev.elevo.contract.process.RunResult;
import dev.elevo.contract.process.StillRunning;
import dev.elevo.contract.testing.Eventually;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class ProcessesTest {
    @TempDir
    Path directory;

    private Agent agent;

    @BeforeEach
    void start() throws IOException {
        agent = new Agent(directory);
    }

    @AfterEach
    void stop() throws IOException {
        agent.close();
    }

    @Test
    void a_command_answers_with_its_outputs_and_exit_code() {
        var result = agent.run("echo out; echo err >&2; exit 3");

        assertThat(result.stdout()).isEqualTo("out\n");
        assertThat(result.stderr()).isEqualTo("err\n");
        assertThat(result.exitCode()).isEqualTo(3);
        assertThat(result.signal()).isNull();
        assertThat(result.error()).isNull();
        assertThat(result.timedOut()).isFalse();
        assertThat(result.truncated()).isFalse();
    }

    @Test
    void without_a_shell_the_arguments_reach_the_program_as_they_are() {
        var result =
                agent.run(command("printf").program("%s|", "a b", "$HOME", "").build());

        assertThat(result.stdout()).isEqualTo("a b|$HOME||");
    }

    @Test
    void the_environment_is_the_sandbox_s_with_the_request_s_over_it() {
        var result = agent.run(command("echo $FROM_SANDBOX $FROM_REQUEST $HOME")
                .env(Map.of("FROM_REQUEST", "too"))
                .build());

        assertThat(result.stdout()).startsWith("yes too /");
    }

    @Test
    void a_replaced_environment_is_the_whole_one() {
        var result = agent.run(
                command("/usr/bin/env").program().onlyEnv(Map.of("ONLY", "me")).build());

        assertThat(result.stdout()).isEqualTo("ONLY=me\n");
    }

    @Test
    void input_is_read_to_its_end() {
        var input = "żółw\n".repeat(100_000);

        var result = agent.run(command("cat").input(input).build());

        assertThat(result.stdout()).isEqualTo(input);
    }

    @Test
    void a_timeout_is_a_result_with_the_output_so_far() {
        var result = agent.run(command("trap '' TERM; echo begun; sleep 61.5 & wait")
                .timeout(300)
                .build());

        assertThat(result.stdout()).isEqualTo("begun\n");
        assertThat(result.timedOut()).isTrue();
        assertThat(result.exitCode()).isEqualTo(-1);
        assertThat(result.signal()).isEqualTo("SIGKILL");
        assertThat(result.error()).isEqualTo("timed out after 300 ms");
    }

    @Test
    void an_end_by_signal_is_named() {
        var result = agent.run("kill -SEGV $$");

        assertThat(result.exitCode()).isEqualTo(-1);
        assertThat(result.signal()).isEqualTo("SIGSEGV");
        assertThat(result.timedOut()).isFalse();
    }

    @Test
    void an_end_while_memory_was_short_is_told_with_the_limit() throws IOException {
        var killed = endingAfterAMemoryKill("kill -KILL $$");
        var inside = endingAfterAMemoryKill("sh -c 'kill -KILL $$'; exit $?");

        assertThat(killed.error()).contains("short of memory; it has 1024 MB");
        assertThat(killed.signal()).isEqualTo("SIGKILL");
        assertThat(inside.error()).contains("short of memory; it has 1024 MB");
        assertThat(inside.exitCode()).isEqualTo(137);
    }

    @Test
    void no_other_end_is_blamed_on_memory() throws IOException {
        agent.countMemoryKill(); // nobody's of those that follow

        assertThat(agent.run("kill -KILL $$").error()).isEqualTo("ended by SIGKILL");
        assertThat(endingAfterAMemoryKill("exit 3").error()).isNull();
    }

    private RunResult endingAfterAMemoryKill(String end) throws IOException {
        var file = directory.resolve("counted");
        var pid = agent.start(command("while [ ! -e " + file + " ]; do :; done; " + end)
                .waiting(0)
                .build());
        agent.countMemoryKill();
        Files.createFile(file);
        try {
            return agent.result(pid);
        } finally {
            Files.delete(file);
        }
    }

    @Test
    void base64_carries_any_bytes() {
        var result = agent.run(command("printf '\\377\\000\\376'").base64().build());

        assertThat(Base64.getDecoder().decode(result.stdout())).containsExactly(0xFF, 0, 0xFE);
    }

    @Test
    void output_beyond_the_buffer_is_cut_and_said_to_be() {
        var begun = System.nanoTime();

        var result =
                agent.run(command("printf 'aé€'; printf 12345 >&2").keeping(4).build());

        assertThat(result.stdout()).isEqualTo("aé");
        assertThat(result.stderr()).isEqualTo("1234");
        assertThat(result.truncated()).isTrue();
        assertThat(Duration.ofNanos(System.nanoTime() - begun))
                .as("nobody can be at it, so nobody is waited for")
                .isLessThan(Duration.ofSeconds(4));
    }

    /** What ends a line is two letters of an answer, and not six as what nobody prints. */
    @Test
    void lines_are_told_as_far_as_other_text() {
        var result = agent.run(command("yes | head -c 3000000").build());

        assertThat(result.stdout()).hasSize(3_000_000);
        assertThat(result.truncated()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "6M, 6M, 3145728, 3145728",
        "6M, 1M, 5242880, 1048576",
        "1M, 6M, 1048576, 5242880",
        "2M, 3M, 2097152, 3145728"
    })
    void no_more_of_both_outputs_is_told_than_an_answer_carries(String out, String err, int stdout, int stderr) {
        var print = "head -c %s /dev/zero | tr '\\0' x";
        var result = agent.run(command(print.formatted(out) + "; " + print.formatted(err) + " >&2")
                .build());

        assertThat(result.stdout()).hasSize(stdout);
        assertThat(result.stderr()).hasSize(stderr);
        assertThat(result.truncated()).isEqualTo(out.equals("6M") || err.equals("6M"));
    }

    @Test
    void what_prevents_a_start_has_its_own_error() throws IOException {
        var file = Files.createFile(directory.resolve("file")).toString();

        assertFails(
                ErrorCode.FILE_NOT_FOUND,
                () -> agent.run(command("true").in("/no/such").build()));
        assertFails(
                ErrorCode.NOT_A_DIRECTORY,
                () -> agent.run(command("true").in(file).build()));
        assertFails(
                ErrorCode.COMMAND_FAILED,
                () -> agent.run(command("true").as("nobody-here").build()));
        assertFails(
                ErrorCode.COMMAND_FAILED,
                () -> agent.run(command("true").shell("/no/sh").build()));
        assertFails(
                ErrorCode.COMMAND_FAILED,
                () -> agent.run(command("no-such-program").program().build()));
        assertFails(ErrorCode.COMMAND_FAILED, () -> agent.run(":" + " ".repeat(131_071)));
        assertFails(ErrorCode.VALIDATION_ERROR, () -> agent.run("echo \0"));
        assertFails(
                ErrorCode.VALIDATION_ERROR,
                () -> agent.run(new RunRequest(
                        "true", true, List.of("x"), null, null, null, null, null, null, null, null, null, null)));
        assertThat(agent.run("true").exitCode()).isZero();
    }

    @Test
    void the_hundred_and_first_process_is_refused() {
        var sleep = command("sleep").program("60").waiting(0).build();
        for (int i = 0; i < 100; i++) {
            agent.start(sleep);
        }

        assertThatThrownBy(() -> agent.start(sleep))
                .asInstanceOf(type(ApiException.class))
                .satisfies(e -> {
                    assertThat(e.failure().code()).isEqualTo(ErrorCode.RESOURCE_EXHAUSTED);
                    assertThat(e.failure().details())
                            .containsEntry("limit", 100)
                            .containsEntry("resource", "processes");
                });
    }

    @Test
    void one_key_starts_one_process_however_many_ask() throws Exception {
        var file = directory.resolve("starts");
        var request = command("echo once >>" + file + "; sleep 0.1; echo done").build();

        List<RunResult> results;
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Callable<RunResult> call = () -> (RunResult) agent.run(request, "key");
            var calls = new ArrayList<Callable<RunResult>>();
            for (int i = 0; i < 50; i++) {
                calls.add(call);
            }
            results = threads.invokeAll(calls).stream()
                    .map(future -> future.resultNow())
                    .toList();
        }

        assertThat(results).hasSize(50).allMatch(result -> result.stdout().equals("done\n"));
        assertThat(Files.readString(file)).isEqualTo("once\n");
        agent.restart();
        assertThat(((RunResult) agent.run(request, "key")).stdout()).isEqualTo("done\n");
        assertThat(Files.readString(file)).isEqualTo("once\n");
    }

    @Test
    void a_key_whose_start_failed_may_be_used_again() {
        assertFails(
                ErrorCode.FILE_NOT_FOUND,
                () -> agent.run(command("true").in(directory + "/later").build(), "key"));

        assertThat(((RunResult) agent.run(command("true").build(), "key")).exitCode())
                .isZero();
    }

    @Test
    void a_wait_that_ends_first_answers_that_it_still_runs() {
        var fifo = directory.resolve("fifo");
        agent.run("mkfifo " + fifo);
        var request = command("echo begun; read line <" + fifo + "; echo $line")
                .waiting(10)
                .build();

        var answer = (StillRunning) agent.run(request, "key");

        assertThat(answer.state()).isEqualTo("running");
        assertThat(answer.command()).isEqualTo(request.command());
        assertThat(agent.processes().result(Agent.SANDBOX, answer.pid(), 0)).isInstanceOf(StillRunning.class);
        agent.run("echo go >" + fifo);
        assertThat(agent.result(answer.pid()).stdout()).isEqualTo("begun\ngo\n");
        assertThat(agent.result(answer.pid()).stdout()).isEqualTo("begun\ngo\n");
    }

    @Test
    void output_is_read_from_a_cursor_in_the_order_it_was_written() {
        var pid = agent.start(command("sleep 0.05; echo a; sleep 0.05; echo b >&2; sleep 0.05; echo c")
                .waiting(0)
                .build());

        var seen = readAll(pid, null);

        assertThat(seen.text).isEqualTo("stdout:a\nstderr:b\nstdout:c\n");
        assertThat(seen.last.ended()).isTrue();
        assertThat(seen.last.exitCode()).isZero();
        assertThat(readAll(pid, null).text).isEqualTo(seen.text);
    }

    @Test
    void one_stream_can_be_read_alone() {
        var pid = agent.start(
                command("sleep 0.05; echo a; echo b >&2; echo c").waiting(0).build());
        agent.result(pid);

        var page = agent.output(pid, new OutputQuery("stderr", null, null, null, null));

        assertThat(page.chunks()).containsExactly(new OutputPage.Chunk("stderr", "b\n", 0));
        assertThat(page.ended()).isTrue();
    }

    @Test
    void a_page_never_cuts_a_character() {
        var text = "a€é😀".repeat(50);
        var pid = agent.start(
                command("sleep 0.05; printf '" + text + "'").waiting(0).build());
        agent.result(pid);

        for (int limit = 1; limit < 12; limit++) {
            var read = new StringBuilder();
            String cursor = null;
            OutputPage page;
            do {
                page = agent.output(pid, new OutputQuery(null, cursor, limit, null, null));
                page.chunks().forEach(chunk -> read.append(chunk.data()));
                cursor = page.nextCursor();
            } while (!page.ended());
            assertThat(read).hasToString(text);
        }
    }

    @Test
    void a_character_written_in_two_halves_waits_for_the_second() {
        var fifo = directory.resolve("fifo");
        agent.run("mkfifo " + fifo);
        var pid = agent.start(command("sleep 0.05; printf 'a\\303'; echo err >&2; read x <" + fifo + "; printf '\\251'")
                .waiting(0)
                .build());

        var first = agent.output(pid, (String) null);
        var both = first.chunks().size() == 2 ? first : agent.output(pid, first.nextCursor());
        var early = first.chunks().size() == 2
                ? first.chunks()
                : List.of(first.chunks().get(0), both.chunks().get(0));
        agent.run("echo go >" + fifo);
        agent.result(pid);
        var last = agent.output(pid, both.nextCursor());

        assertThat(early)
                .containsExactly(new OutputPage.Chunk("stdout", "a", 0), new OutputPage.Chunk("stderr", "err\n", 0));
        assertThat(last.chunks()).containsExactly(new OutputPage.Chunk("stdout", "é", 1));
        assertThat(last.ended()).isTrue();
    }

    @Test
    void beginning_and_end_are_kept_and_the_gap_is_counted() {
        var pid = agent.start(
                command("sleep 0.05; seq -w 1 30000").keeping(6000).waiting(0).build());
        agent.result(pid);

        var beginning = agent.output(pid, new OutputQuery(null, null, 1_048_576, null, null));
        var end = agent.output(pid, new OutputQuery(null, beginning.nextCursor(), 1_048_576, null, null));

        assertThat(beginning.droppedBytes()).isZero();
        assertThat(beginning.chunks()).hasSize(1);
        assertThat(beginning.chunks().getFirst().data()).startsWith("00001\n").endsWith("01000\n");
        assertThat(end.droppedBytes()).isEqualTo(168_000);
        assertThat(end.chunks().getFirst().offset()).isEqualTo(174_000);
        assertThat(end.chunks().getFirst().data()).startsWith("29001\n").endsWith("30000\n");
        assertThat(end.ended()).isTrue();
    }

    /** The helper keeps 256 KiB that nobody has acknowledged, and then stops reading. */
    @Test
    void a_process_whose_output_is_read_as_it_comes_never_waits_for_a_reader() throws IOException {
        var fifo = directory.resolve("fifo");
        agent.run("mkfifo " + fifo);
        var pid = agent.start(command("while read x; do printf '%8192d' 0; done <" + fifo)
                .waiting(0)
                .build());

        try (var go = Files.newOutputStream(fifo)) {
            String cursor = null;
            for (int expected = 8192, read = 0; expected <= 64 * 8192; expected += 8192) {
                go.write('\n');
                while (read < expected) {
                    var page = agent.output(pid, cursor);
                    cursor = page.nextCursor();
                    assertThat(page.chunks()).as("after %d bytes", read).isNotEmpty();
                    read += page.chunks().stream()
                            .mapToInt(chunk -> chunk.data().length())
                            .sum();
                }
            }
        }

        assertThat(agent.result(pid).exitCode()).isZero();
    }

    @Test
    void a_cursor_of_another_process_is_refused() {
        var first = agent.start(command("sleep 0.05; echo first").waiting(0).build());
        var second = agent.start(command("sleep 0.05; echo second").waiting(0).build());
        agent.result(first);
        agent.result(second);
        var cursor = agent.output(first, (String) null).nextCursor();

        assertFails(ErrorCode.INVALID_REQUEST, () -> agent.output(second, cursor));
        assertFails(ErrorCode.INVALID_REQUEST, () -> agent.output(second, "not a cursor"));
        assertFails(ErrorCode.INVALID_REQUEST, () -> agent.output(second, "AAAA"));
    }

    @Test
    void waiting_for_output_ends_when_there_is_some() throws Exception {
        var fifo = directory.resolve("fifo");
        agent.run("mkfifo " + fifo);
        var pid =
                agent.start(command("read x <" + fifo + "; echo $x").waiting(0).build());
        var waiting =
                CompletableFuture.supplyAsync(() -> agent.output(pid, new OutputQuery(null, null, null, 20_000, null)));

        agent.run("echo now >" + fifo);

        assertThat(waiting.join().chunks()).containsExactly(new OutputPage.Chunk("stdout", "now\n", 0));
    }

    @Test
    void a_running_process_is_described_as_it_is_inside() {
        var pid = agent.start(
                command("sleep 30").env(Map.of("MARK", "here")).waiting(0).build());

        var info = agent.processes().get(Agent.SANDBOX, pid);

        assertThat(info.pid()).isEqualTo(pid);
        assertThat(info.ppid()).isEqualTo((int) agent.real().pid());
        assertThat(info.command()).isEqualTo("sleep 30");
        assertThat(info.cwd()).isEqualTo("/");
        assertThat(info.user()).isEqualTo(RealHelper.user());
        assertThat(info.env()).containsEntry("MARK", "here").containsEntry("FROM_SANDBOX", "yes");
        assertThat(info.state()).isIn(ProcessState.SLEEPING, ProcessState.RUNNING);
        assertThat(info.memoryBytes()).isPositive();
        assertThat(info.exitCode()).isNull();
    }

    @Test
    void a_process_we_did_not_start_is_described_too() {
        var info = agent.processes().get(Agent.SANDBOX, (int) agent.real().pid());

        assertThat(info.command()).endsWith("elevo-init");
        assertThat(info.args()).containsExactly("init", "3");
    }

    @Test
    void an_ended_process_is_remembered() {
        var pid = agent.start(command("sleep 0.05; exit 4").waiting(0).build());
        agent.result(pid);

        var info = agent.processes().get(Agent.SANDBOX, pid);

        assertThat(info.state()).isEqualTo(ProcessState.EXITED);
        assertThat(info.exitCode()).isEqualTo(4);
        assertThat(info.exitedAt()).isAfterOrEqualTo(info.startedAt());
        assertThat(info.memoryBytes()).isZero();
    }

    @Test
    void unknown_sandboxes_and_processes_are_not_found() {
        assertFails(ErrorCode.SANDBOX_NOT_FOUND, () -> agent.processes().get("sbx-bbbbbbbbbbbb", 1));
        assertFails(ErrorCode.PROCESS_NOT_FOUND, () -> agent.processes().get(Agent.SANDBOX, 4_000_000));
        assertFails(ErrorCode.PROCESS_NOT_FOUND, () -> agent.result(4_000_000));
        assertFails(ErrorCode.PROCESS_NOT_FOUND, () -> agent.output(4_000_000, (String) null));
    }

    @Test
    void who_waits_when_the_sandbox_stops_learns_it() throws Exception {
        var pid = agent.start(command("echo begun; sleep 60").waiting(0).build());
        while (agent.output(pid, (String) null).chunks().isEmpty()) {
            Eventually.pause();
        }
        var refused = new CompletableFuture<Throwable>();
        var waiting = Thread.ofPlatform().start(() -> {
            try {
                agent.result(pid);
            } catch (ApiException e) {
                refused.complete(e);
            }
        });
        while (waiting.getState() != Thread.State.TIMED_WAITING) {
            Eventually.pause();
        }

        agent.stopSandbox();

        assertThat(refused.get(10, TimeUnit.SECONDS))
                .asInstanceOf(type(ApiException.class))
                .satisfies(e -> assertThat(e.failure().code()).isEqualTo(ErrorCode.PROCESS_KILLED));
        assertFails(ErrorCode.SANDBOX_NOT_RUNNING, () -> agent.result(pid));
    }

    @Test
    void a_restarted_agent_goes_on_where_the_old_one_was() {
        var fifo = directory.resolve("fifo");
        agent.run("mkfifo " + fifo);
        var pid = agent.start(command("seq 1 200000; echo err >&2; read x <" + fifo + "; echo last $x; exit 5")
                .waiting(0)
                .build());
        var before = readUntil(pid, "199999\n");

        agent.restart();

        agent.run("echo word >" + fifo);
        var after = readAll(pid, before.last.nextCursor());
        assertThat(before.stdout() + after.stdout()).isEqualTo(seq(200_000) + "last word\n");
        assertThat(agent.result(pid).exitCode()).isEqualTo(5);
        assertThat(agent.result(pid).stderr()).isEqualTo("err\n");
        assertThat(agent.real().children()).isZero();
    }

    @Test
    void results_survive_a_restart_whether_small_or_large() {
        var small = agent.start(command("sleep 0.05; echo small").waiting(0).build());
        var large = agent.start(command("sleep 0.05; seq 1 100000").waiting(0).build());
        var silent = ((RunResult) agent.run(command("exit 9").build(), "silent")).exitCode();
        agent.result(small);
        agent.result(large);

        agent.restart();

        assertThat(agent.result(small).stdout()).isEqualTo("small\n");
        assertThat(agent.result(large).stdout()).isEqualTo(seq(100_000));
        assertThat(((RunResult) agent.run(command("exit 9").build(), "silent")).exitCode())
                .isEqualTo(silent);
    }

    @Test
    void a_command_nobody_waited_for_is_found_by_its_key_after_a_restart() {
        var running = (StillRunning)
                agent.run(command("sleep 0.3; echo slept").waiting(0).build(), "key");

        agent.restart();

        var again = (RunResult) agent.run(command("sleep 0.3; echo slept").build(), "key");
        assertThat(again.stdout()).isEqualTo("slept\n");
        assertThat(agent.result(running.pid())).isEqualTo(again);
    }

    @Test
    void a_short_command_leaves_one_entry_and_no_file_of_its_own() throws IOException {
        agent.run("true");
        var files = filesOf(agent.state());

        for (int i = 0; i < 20; i++) {
            agent.run("echo hello");
        }

        assertThat(filesOf(agent.state())).isEqualTo(files).hasSize(1);
    }

    private static List<Path> filesOf(Path directory) throws IOException {
        try (var files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile).toList();
        }
    }

    @Test
    @Tag("slow")
    void a_short_command_takes_about_a_millisecond() {
        var request = command("/bin/true").program().build();
        var nanos = new long[600];
        for (int i = 0; i < nanos.length; i++) {
            var begun = System.nanoTime();
            assertThat(agent.run(request).exitCode()).isZero();
            nanos[i] = System.nanoTime() - begun;
        }
        Arrays.sort(nanos, 300, 600);

        System.out.printf("MEASURE run of /bin/true: p50 %.2f ms, p99 %.2f ms%n", nanos[450] / 1e6, nanos[597] / 1e6);
        // Wide, for a busy machine: it guards against something slow on the way, not against noise.
        assertThat(nanos[450]).isLessThan(40_000_000);
    }

    private record Seen(String text, OutputPage last, List<OutputPage.Chunk> chunks) {
        String stdout() {
            var all = new StringBuilder();
            chunks.stream().filter(chunk -> chunk.stream().equals("stdout")).forEach(chunk -> all.append(chunk.data()));
            return all.toString();
        }
    }

    private Seen readAll(int pid, @Nullable String cursor) {
        return read(pid, cursor, null);
    }

    private Seen readUntil(int pid, String text) {
        return read(pid, null, text);
    }

    private Seen read(int pid, @Nullable String from, @Nullable String until) {
        var all = new ArrayList<OutputPage.Chunk>();
        var seen = new StringBuilder();
        var cursor = from;
        OutputPage page;
        do {
            page = agent.output(pid, cursor);
            for (var chunk : page.chunks()) {
                seen.append(chunk.stream()).append(':').append(chunk.data());
                all.add(chunk);
            }
            cursor = page.nextCursor();
        } while (!page.ended() && (until == null || seen.indexOf(until) < 0));
        return new Seen(seen.toString(), page, all);
    }

    private static String seq(int last) {
        var numbers = new StringBuilder();
        for (int i = 1; i <= last; i++) {
            numbers.append(i).append('\n');
        }
        return numbers.toString();
    }

    private static void assertFails(ErrorCode code, ThrowingCallable call) {
        assertThatThrownBy(call)
                .asInstanceOf(type(ApiException.class))
                .satisfies(e -> assertThat(e.failure().code()).isEqualTo(code));
    }
}
