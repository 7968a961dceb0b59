package dev.elevo.agent.process;

import static dev.elevo.agent.process.Failures.assertFails;
import static dev.elevo.agent.process.Requests.command;
import static org.assertj.core.api.Assertions.assertThat;

import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.process.ProcessState;
import dev.elevo.contract.process.RunRequest;
import dev.elevo.contract.testing.Eventually;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(90)
class StreamedRunTest {
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

    private StreamedRun stream(RunRequest request) {
        return agent.processes().stream(Agent.SANDBOX, request);
    }

    @Test
    void all_of_the_output_comes_in_its_order_and_then_the_end() throws Exception {
        var seen = new StringBuilder();
        try (var run = stream(command("echo a; sleep 0.1; echo b >&2; sleep 0.1; echo c; exit 5")
                .build())) {
            var item = next(run);
            while (item instanceof StreamedRun.Output(var parts)) {
                for (var part : parts) {
                    seen.append(part.stream().wireName())
                            .append(':')
                            .append(new String(part.bytes(), StandardCharsets.US_ASCII));
                }
                item = next(run);
            }
            assertThat(item).isInstanceOfSatisfying(StreamedRun.End.class, end -> {
                assertThat(end.end().exitCode()).isEqualTo(5);
                assertThat(end.end().truncated()).isFalse();
            });
        }
        assertThat(seen).hasToString("stdout:a\nstderr:b\nstdout:c\n");
    }

    /** Far more than all buffers on the way, and a buffer of the request's that is tiny. */
    @Test
    void a_slow_reader_makes_the_process_wait_and_loses_nothing() throws Exception {
        long read = 0;
        try (var run =
                stream(command("exec head -c 50000000 /dev/zero").keeping(1000).build())) {
            var pid = run.pid();
            while (!isBlocked(pid)) {
                Eventually.pause();
            }
            assertThat(written(pid)).isBetween(1L, 4L << 20);
            var item = next(run);
            while (item instanceof StreamedRun.Output(var parts)) {
                for (var part : parts) {
                    read += part.bytes().length;
                }
                item = next(run);
            }
            assertThat(item).isInstanceOf(StreamedRun.End.class);
        }
        assertThat(read).isEqualTo(50_000_000);
    }

    /** What is told next, however long that takes. */
    private static StreamedRun.Item next(StreamedRun run) throws Exception {
        var more = new CountDownLatch(1);
        run.whenMore(more::countDown);
        assertThat(more.await(20, TimeUnit.SECONDS)).isTrue();
        return run.next();
    }

    private static boolean isBlocked(int pid) throws IOException {
        return Files.readString(Path.of("/proc/" + pid + "/wchan")).contains("pipe_write");
    }

    private static long written(int pid) throws IOException {
        for (var line : Files.readAllLines(Path.of("/proc/" + pid + "/io"))) {
            if (line.startsWith("wchar: ")) {
                return Long.parseLong(line.substring("wchar: ".length()));
            }
        }
        throw new IOException("no wchar");
    }

    @Test
    void a_reader_who_goes_takes_the_command_along_even_one_that_waits_to_write() throws Exception {
        int pid;
        try (var run = stream(command("trap '' TERM; cat /dev/zero").build())) {
            pid = run.pid();
            assertThat(next(run)).isInstanceOf(StreamedRun.Output.class);
        }

        while (agent.processes().get(Agent.SANDBOX, pid).state() != ProcessState.EXITED) {
            Eventually.pause();
        }
        assertThat(agent.result(pid).signal()).isEqualTo("SIGKILL");
    }

    @Test
    void a_time_out_is_told() throws Exception {
        try (var run = stream(command("sleep 60").timeout(400).build())) {
            assertThat(run.next()).isInstanceOf(StreamedRun.Nothing.class);
            assertThat(next(run))
                    .isInstanceOfSatisfying(
                            StreamedRun.End.class,
                            end -> assertThat(end.end().timedOut()).isTrue());
        }
    }

    @Test
    void a_sandbox_that_stops_ends_the_stream_by_name() throws Exception {
        try (var run = stream(command("sleep 60").build())) {
            agent.stopSandbox();

            assertFails(ErrorCode.PROCESS_KILLED, () -> next(run));
        }
    }

    @Test
    void a_command_whose_agent_went_goes_too() {
        var run = stream(command("sleep 60").build());

        agent.restart();

        assertThat(agent.result(run.pid()).signal()).isEqualTo("SIGKILL");
    }

    @Test
    void a_ticket_is_good_once_and_soon() {
        var ticket = ticket(command("true").build());
        var late = ticket(command("true").build());
        agent.processes().redeem(ticket).close();

        assertFails(ErrorCode.INVALID_TOKEN, () -> agent.processes().redeem(ticket));
        assertFails(ErrorCode.INVALID_TOKEN, () -> agent.processes().redeem("none"));
        now.updateAndGet(instant -> instant.plus(Duration.ofSeconds(61)));
        assertFails(ErrorCode.INVALID_TOKEN, () -> agent.processes().redeem(late));
        assertFails(
                ErrorCode.FILE_NOT_FOUND,
                () -> agent.processes()
                        .redeem(ticket(command("true").in("/no/such").build())));
    }

    @Test
    void tickets_do_not_fill_the_memory() {
        var large = command(":").input("x".repeat(1 << 20)).build();
        assertFails(ErrorCode.RESOURCE_EXHAUSTED, () -> {
            for (int i = 0; i < 17; i++) {
                ticket(large);
            }
        });
        now.updateAndGet(instant -> instant.plus(Duration.ofSeconds(61)));
        ticket(large);
    }

    private String ticket(RunRequest request) {
        var path = agent.processes().streamTicket(Agent.SANDBOX, request);
        return path.substring(path.lastIndexOf('/') + 1);
    }
}
