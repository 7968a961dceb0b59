package dev.elevo.agent.helper;

import static dev.elevo.agent.helper.ExecRequest.Timeout.killing;
import static dev.elevo.agent.helper.ExecRequest.Timeout.warning;
import static dev.elevo.agent.helper.RealHelper.exec;
import static dev.elevo.agent.helper.RealHelper.onTerminal;
import static dev.elevo.agent.helper.RealHelper.shell;
import static dev.elevo.agent.helper.RealHelper.withStdin;
import static dev.elevo.agent.helper.RealHelper.withTimeout;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.elevo.contract.testing.Eventually;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class HelperTest {
    private static final int SIGKILL = 9;
    private static final int SIGTERM = 15;

    @TempDir
    Path directory;

    private RealHelper real;
    private Helper helper;

    @BeforeEach
    void start() throws IOException {
        real = new RealHelper(directory);
        helper = new Helper(real.socket());
    }

    @AfterEach
    void stop() throws IOException {
        helper.close();
        real.close();
    }

    private Collected run(ExecRequest request) throws IOException {
        return Collected.of(helper.exec(request));
    }

    @Test
    void outputs_and_exit_code_come_back() throws IOException {
        var result = run(shell("echo out; echo err >&2; exit 3"));

        assertThat(result.out()).isEqualTo("out\n");
        assertThat(result.err()).isEqualTo("err\n");
        assertThat(result.end().bySignal()).isFalse();
        assertThat(result.end().code()).isEqualTo(3);
    }

    @Test
    void a_process_that_is_forgotten_leaves_its_connection_to_whoever_has_it_next() throws IOException {
        var first = helper.exec(withStdin(shell("exit 0"), new ExecRequest.OpenInput()));
        assertThat(Collected.of(first).end().code()).isZero();
        var next = helper.exec(withStdin(shell("read word; echo $word"), new ExecRequest.OpenInput()));

        // Errands close theirs behind the end, and who writes to a process may learn of its end too late.
        first.endStdin();
        first.close();

        assertThat(next.offer("word\n".getBytes(StandardCharsets.UTF_8))).isTrue();
        assertThat(Collected.of(next).out()).isEqualTo("word\n");
    }

    @Test
    void who_ends_the_input_of_one_whose_connection_is_lost_is_told_so() throws IOException {
        var process = helper.exec(withStdin(shell("read word"), new ExecRequest.OpenInput()));

        process.close();

        assertThatThrownBy(process::next).isInstanceOf(IOException.class);
        assertThatThrownBy(process::endStdin).isInstanceOf(IOException.class);
    }

    @Test
    void the_signal_that_killed_is_named() throws IOException {
        var result = run(shell("kill -TERM $$"));

        assertThat(result.end().bySignal()).isTrue();
        assertThat(result.end().code()).isEqualTo(SIGTERM);
        assertThat(result.end().timedOut()).isFalse();
    }

    @Test
    void the_user_s_home_and_name_fill_a_sparse_environment() throws IOException {
        var result = run(shell("echo $USER $LOGNAME $HOME; echo $PATH"));

        assertThat(result.out()).startsWith(RealHelper.user() + " " + RealHelper.user() + " /");
        assertThat(result.out()).contains("/usr/bin");
    }

    @Test
    void a_bare_environment_stays_bare() throws IOException {
        var request = new ExecRequest(
                RealHelper.user(),
                "/",
                List.of("/usr/bin/env"),
                Map.of("ONLY", "this one"),
                true,
                new ExecRequest.NoInput(),
                null,
                null,
                new byte[0]);

        assertThat(run(request).out()).isEqualTo("ONLY=this one\n");
    }

    @Test
    void what_prevents_a_start_is_told_apart() throws IOException {
        var file = Files.createFile(directory.resolve("file"));

        assertRefused(exec(List.of("/no/such/program")), FailedStep.PROGRAM, Errno.ENOENT);
        assertRefused(exec(List.of(file.toString())), FailedStep.PROGRAM, Errno.EACCES);
        assertRefused(in("/no/such/directory"), FailedStep.DIRECTORY, Errno.ENOENT);
        assertRefused(in(file.toString()), FailedStep.DIRECTORY, Errno.ENOTDIR);
        assertRefused(as("nobody-of-this-name"), FailedStep.USER, Errno.ENOENT);
        assertRefused(exec(List.of("/bin/echo", "x".repeat(200_000))), FailedStep.PROGRAM, Errno.E2BIG);
        assertThat(run(exec(List.of("true"))).end().code()).isZero();
    }

    private void assertRefused(ExecRequest request, FailedStep step, int errno) {
        assertThatThrownBy(() -> helper.exec(request)).isInstanceOfSatisfying(HelperRefusal.class, refusal -> {
            assertThat(refusal.step()).isEqualTo(step);
            assertThat(refusal.errno()).isEqualTo(errno);
        });
    }

    private static ExecRequest in(String directory) {
        return new ExecRequest(
                RealHelper.user(),
                directory,
                List.of("true"),
                Map.of(),
                false,
                new ExecRequest.NoInput(),
                null,
                null,
                new byte[0]);
    }

    private static ExecRequest as(String user) {
        return new ExecRequest(
                user, "/", List.of("true"), Map.of(), false, new ExecRequest.NoInput(), null, null, new byte[0]);
    }

    @Test
    @Tag("slow")
    void two_hundred_megabytes_arrive_byte_for_byte() throws Exception {
        var seed = directory.resolve("seed");
        var block = new byte[1_000_003];
        new Random(1).nextBytes(block);
        Files.write(seed, block);
        var command = "i=0; while [ $i -lt 200 ]; do cat " + seed + "; i=$((i+1)); done";
        var expected = MessageDigest.getInstance("SHA-256");
        for (int i = 0; i < 200; i++) {
            expected.update(block);
        }

        var actual = MessageDigest.getInstance("SHA-256");
        var process = helper.exec(shell(command));
        long total = 0;
        for (var event = process.next(); event instanceof Reply.Output output; event = process.next()) {
            assertThat(output.offset()).isEqualTo(total);
            actual.update(output.data());
            total += output.data().length;
            process.acknowledge(total, 0);
        }
        process.forget();

        assertThat(total).isEqualTo(200L * block.length);
        assertThat(hex(actual)).isEqualTo(hex(expected));
    }

    private static String hex(MessageDigest digest) {
        return HexFormat.of().formatHex(digest.digest());
    }

    @Test
    void a_given_input_is_read_to_its_end() throws IOException {
        var input = new byte[1 << 20];
        new Random(2).nextBytes(input);

        var result = run(withStdin(exec(List.of("cat")), new ExecRequest.GivenInput(input)));

        assertThat(result.stdout()).isEqualTo(input);
    }

    @Test
    void an_open_stdin_takes_more_than_any_buffer_while_output_flows_back() throws Exception {
        var input = new byte[3 << 20];
        new Random(3).nextBytes(input);
        var process = helper.exec(withStdin(exec(List.of("cat")), new ExecRequest.OpenInput()));

        var writing = CompletableFuture.supplyAsync(() -> {
            try {
                var taken = process.write(input);
                process.endStdin();
                return taken;
            } catch (IOException | InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        var result = Collected.of(process);

        assertThat(writing.join()).isTrue();
        assertThat(result.stdout()).isEqualTo(input);
    }

    @Test
    void writing_to_a_process_that_closed_its_stdin_ends() throws Exception {
        var process = helper.exec(withStdin(shell("exec 0<&-; echo closed; sleep 30"), new ExecRequest.OpenInput()));
        var writing = CompletableFuture.supplyAsync(() -> {
            try {
                return process.write(new byte[1 << 20]);
            } catch (IOException | InterruptedException e) {
                throw new AssertionError(e);
            }
        });

        helper.list();
        assertThat(process.next()).isInstanceOf(Reply.Output.class);
        helper.signal(process.id(), SIGKILL);
        assertThat(process.next()).isInstanceOf(Reply.Ended.class);

        assertThat(writing.join()).isFalse();
    }

    @Test
    void a_timeout_kills_the_whole_group_even_if_it_ignores_signals() throws IOException {
        var result = run(withTimeout(
                shell("trap '' TERM INT HUP; echo begun; (trap '' TERM; sleep 31.5) & sleep 31.5"),
                killing(Duration.ofMillis(300))));

        assertThat(result.out()).isEqualTo("begun\n");
        assertThat(result.end().timedOut()).isTrue();
        assertThat(result.end().bySignal()).isTrue();
        assertThat(result.end().code()).isEqualTo(SIGKILL);
        assertThat(result.end().duration()).isBetween(Duration.ofMillis(290), Duration.ofSeconds(10));
    }

    @Test
    void who_is_warned_cleans_up_before_the_end() throws IOException {
        var result = run(withTimeout(
                shell("trap 'echo cleaned; exit 3' TERM; echo begun; sleep 31.5"), warning(Duration.ofMillis(300))));

        assertThat(result.out()).isEqualTo("begun\ncleaned\n");
        assertThat(result.end().timedOut()).isTrue();
        assertThat(result.end().bySignal()).isFalse();
        assertThat(result.end().code()).isEqualTo(3);
    }

    @Test
    void who_does_not_heed_the_warning_is_killed() throws IOException {
        var result = run(withTimeout(shell("trap '' TERM; echo begun; sleep 31.5"), warning(Duration.ofMillis(300))));

        assertThat(result.end().timedOut()).isTrue();
        assertThat(result.end().code()).isEqualTo(SIGKILL);
        assertThat(result.end().duration()).isBetween(Duration.ofMillis(4_500), Duration.ofSeconds(15));
    }

    /** Once it was lost where the helper looked at it before the child had a group of its own, on a busy host. */
    @RepeatedTest(20)
    void a_timeout_that_comes_before_the_start_is_over_holds() throws IOException {
        var result = run(withTimeout(exec(List.of("sleep", "30")), killing(Duration.ofMillis(1))));

        assertThat(result.end().timedOut()).isTrue();
        assertThat(result.end().duration()).isLessThan(Duration.ofSeconds(10));
    }

    @Test
    void a_timeout_holds_with_no_agent_there() throws Exception {
        helper.exec(withTimeout(exec(List.of("sleep", "30")), killing(Duration.ofMillis(200))))
                .close();

        var listed = awaitEnded();

        assertThat(Collected.of(helper.attach(listed.id(), 0, 0)).end().timedOut())
                .isTrue();
    }

    @Test
    void one_that_waited_has_its_time_from_when_it_is_told() throws IOException {
        var process = helper.exec(exec(List.of("sleep", "30")));
        var waited = Duration.ofMillis(500);
        var started = System.nanoTime();
        while (System.nanoTime() - started < waited.toNanos()) {
            Eventually.pause();
        }

        var told = System.nanoTime();
        helper.beginTime(process.id(), 300);
        var end = Collected.of(process).end();

        assertThat(end.timedOut()).isTrue();
        assertThat(end.duration()).isBetween(Duration.ofMillis(290), Duration.ofNanos(System.nanoTime() - told));
        assertThat(end.endedAt()).isBetween(process.startedAt().plusMillis(700), Instant.now());
        assertThatThrownBy(() -> helper.beginTime(process.id(), 300)).isInstanceOf(HelperRefusal.class);
    }

    private Reply.Listed awaitEnded() throws IOException {
        for (; ; ) {
            var listed = helper.list();
            if (listed.size() == 1 && listed.getFirst().ended()) {
                return listed.getFirst();
            }
        }
    }

    @Test
    void a_daemon_left_behind_neither_delays_the_end_nor_dies_of_its_output() throws Exception {
        var file = directory.resolve("survived");
        var command = "(sleep 0.5; echo late; echo late >&2; echo yes >" + file + ") & echo first";

        var begun = System.nanoTime();
        var result = run(shell(command));

        assertThat(result.out()).isEqualTo("first\n");
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofMillis(450));
        while (!Files.exists(file) || Files.size(file) == 0) {
            Eventually.pause();
        }
    }

    @Test
    void a_daemon_that_floods_its_output_does_not_hold_up_the_end() throws Exception {
        var result = run(shell("yes & echo $! >" + directory.resolve("pid")));

        assertThat(result.end().code()).isZero();
        ProcessHandle.of(Long.parseLong(
                        Files.readString(directory.resolve("pid")).strip()))
                .ifPresent(ProcessHandle::destroyForcibly);
    }

    @Test
    void output_of_a_pipeline_s_tail_that_outlives_the_shell_is_still_there() throws IOException {
        var result = run(exec(List.of("bash", "-c", "exec > >(sleep 0.02; cat); echo through the pipe")));

        assertThat(result.out()).isEqualTo("through the pipe\n");
    }

    @Test
    void a_process_that_closes_its_outputs_runs_on() throws IOException {
        var result = run(shell("exec >&- 2>&-; sleep 0.2; exit 7"));

        assertThat(result.end().code()).isEqualTo(7);
        assertThat(result.end().duration()).isGreaterThan(Duration.ofMillis(190));
    }

    @Test
    void a_terminal_is_one() throws Exception {
        var process = helper.exec(onTerminal(
                exec(List.of(
                        "bash",
                        "--norc",
                        "-c",
                        "tty; stty size; read line; echo got $line; stty size; ps -o tty= -p $$")),
                33,
                99));

        var seen = new StringBuilder();
        readUntil(process, seen, "33 99");
        helper.resize(process.id(), new ExecRequest.Terminal(44, 133));
        process.write("hello\n".getBytes(StandardCharsets.UTF_8));
        readUntil(process, seen, "44 133");
        var event = process.next();
        while (event instanceof Reply.Output output) {
            seen.append(new String(output.data(), StandardCharsets.UTF_8));
            event = process.next();
        }

        assertThat(seen).contains("/dev/pts/").contains("got hello").doesNotContain("not a tty");
        assertThat(((Reply.Ended) event).code()).isZero();
        process.forget();
    }

    @Test
    void what_is_typed_is_taken_as_long_as_something_comes_back() throws Exception {
        var process = helper.exec(onTerminal(
                exec(List.of("bash", "--norc", "-c", "stty -echo; echo ready; while read n; do echo got $n.; done")),
                24,
                80));
        var seen = new StringBuilder();
        readUntil(process, seen, "ready");

        for (int i = 0; i < 300; i++) {
            var typed = (i + "\n").getBytes(StandardCharsets.UTF_8);
            assertThat(process.offer(typed)).as("key %s", i).isTrue();
            readUntil(process, seen, "got " + i + ".");
        }
        helper.signal(process.id(), SIGKILL);
    }

    @Test
    void what_nobody_answers_is_taken_up_to_a_bound_and_none_of_it_is_lost() throws Exception {
        var process = helper.exec(onTerminal(
                exec(List.of("bash", "--norc", "-c", "stty -echo; echo ready; read line; echo ${#line} got")), 24, 80));
        var seen = new StringBuilder();
        readUntil(process, seen, "ready");

        var typed = 0;
        while (process.offer(new byte[] {'x'})) {
            typed++;
        }
        assertThat(typed).isEqualTo(128);
        var rest = CompletableFuture.supplyAsync(() -> {
            try {
                return process.write(new byte[] {'y', '\n'});
            } catch (IOException | InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        readUntil(process, seen, "129 got");
        assertThat(rest.join()).isTrue();
        assertThat(process.next()).isInstanceOf(Reply.Ended.class);
        process.forget();
    }

    private static void readUntil(HelperProcess process, StringBuilder seen, String text) throws IOException {
        while (seen.indexOf(text) < 0) {
            if (process.next() instanceof Reply.Output output) {
                seen.append(new String(output.data(), StandardCharsets.UTF_8));
            } else {
                throw new AssertionError("ended after " + seen);
            }
        }
    }

    @Test
    void a_process_can_be_inspected_by_its_pid() throws IOException {
        var process = helper.exec(exec(List.of("sleep", "30")));

        var inspected = helper.inspect(process.pid());

        assertThat(new String(inspected.cmdline(), StandardCharsets.UTF_8)).isEqualTo("sleep\u000030\u0000");
        assertThat(new String(inspected.cwd(), StandardCharsets.UTF_8)).isEqualTo("/");
        assertThat(new String(inspected.user(), StandardCharsets.UTF_8)).isEqualTo(RealHelper.user());
        assertThat(new String(inspected.environ(), StandardCharsets.UTF_8)).contains("PATH=");
        helper.signal(process.id(), SIGKILL);
        assertThat(Collected.of(process).end().code()).isEqualTo(SIGKILL);
        assertThatThrownBy(() -> helper.inspect(process.pid())).isInstanceOf(HelperRefusal.class);
        assertThatThrownBy(() -> helper.signal(process.id(), SIGTERM)).isInstanceOf(HelperRefusal.class);
    }

    @Test
    void terminating_everything_tells_when_nothing_is_left() throws IOException {
        helper.exec(exec(List.of("sleep", "30"))).close();
        helper.exec(shell("trap '' TERM; echo up; while :; do sleep 0.05; done"))
                .next();

        assertThat(helper.terminate(SIGTERM, Duration.ofMillis(200))).isFalse();
        assertThat(helper.terminate(SIGKILL, Duration.ofSeconds(20))).isTrue();
    }

    @Test
    void more_processes_than_it_can_hold_are_refused_by_name() throws IOException {
        for (int i = 0; i < 128; i++) {
            helper.exec(exec(List.of("sleep", "60"))).close();
        }

        assertRefused(exec(List.of("true")), FailedStep.PROCESSES, Errno.EAGAIN);
    }

    @Test
    @Tag("slow")
    void thousands_of_starts_leave_no_zombie_and_no_descriptor() throws IOException {
        run(exec(List.of("/bin/true")));
        var descriptors = real.openDescriptors();

        for (int i = 0; i < 3000; i++) {
            assertThat(run(exec(List.of("/bin/true"))).end().code()).isZero();
        }

        assertThat(real.openDescriptors()).isEqualTo(descriptors);
        assertThat(real.children()).isZero();
        assertThat(helper.list()).isEmpty();
    }

    @Test
    void while_the_clock_stands_nothing_times_out() throws Exception {
        try (var process = helper.exec(withTimeout(shell("sleep 0.6; echo done"), killing(Duration.ofMillis(300))));
                var other = helper.exec(withTimeout(shell("sleep 600"), killing(Duration.ofMillis(300))))) {
            helper.setClock(false);
            helper.setClock(false);
            var first = Collected.of(process);
            assertThat(first.out()).isEqualTo("done\n");
            assertThat(first.end().timedOut()).isFalse();

            helper.setClock(true);
            helper.setClock(true);

            assertThat(Collected.of(other).end().timedOut()).isTrue();
        }
    }

    @Test
    void a_port_inside_is_reached_through_the_helper() throws Exception {
        try (var listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                var connection = helper.relay(listening.getLocalPort(), Duration.ofSeconds(10));
                var accepted = listening.accept()) {
            accepted.getOutputStream().write("hello".getBytes(StandardCharsets.UTF_8));
            accepted.shutdownOutput();
            var received = ByteBuffer.allocate(10);
            while (connection.read(received) >= 0) {
                assertThat(received.hasRemaining()).isTrue();
            }
            connection.write(ByteBuffer.wrap("back".getBytes(StandardCharsets.UTF_8)));

            assertThat(new String(received.array(), 0, received.position(), StandardCharsets.UTF_8))
                    .isEqualTo("hello");
            assertThat(accepted.getInputStream().readNBytes(4))
                    .asString(StandardCharsets.UTF_8)
                    .isEqualTo("back");
        }
    }

    @Test
    void a_port_that_nobody_listens_on_is_refused_and_the_helper_goes_on() throws Exception {
        int port;
        try (var closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = closed.getLocalPort();
        }

        assertThatThrownBy(() -> helper.relay(port, Duration.ofSeconds(10)))
                .isInstanceOfSatisfying(
                        HelperRefusal.class,
                        refusal -> assertThat(refusal.step()).isEqualTo(FailedStep.CONNECT));
        assertThat(run(shell("echo well")).out()).isEqualTo("well\n");
    }
}
