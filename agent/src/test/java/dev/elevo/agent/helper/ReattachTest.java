package dev.elevo.agent.helper;

import static dev.elevo.agent.helper.RealHelper.exec;
import static dev.elevo.agent.helper.RealHelper.shell;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.elevo.contract.testing.Eventually;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Output that the agent has not acknowledged is never lost, and none comes twice. */
@Timeout(60)
class ReattachTest {
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

    @Test
    void a_process_without_a_reader_waits_and_loses_nothing() throws IOException {
        var process = helper.exec(shell("seq 1 3000000; echo done >&2"));
        var before = residentKilobytes();
        awaitBlocked(process);

        assertThat(residentKilobytes() - before).as("memory of the helper").isLessThan(2048);
        var result = Collected.of(process);

        assertThat(result.stdout()).isEqualTo(seq(3_000_000));
        assertThat(result.err()).isEqualTo("done\n");
    }

    private long residentKilobytes() throws IOException {
        var status = Files.readString(Path.of("/proc/" + real.pid() + "/status"));
        var found = Pattern.compile("VmRSS:\\s+(\\d+)").matcher(status);
        assertThat(found.find()).isTrue();
        return Long.parseLong(found.group(1));
    }

    /** The writer sleeps in write(): the pipe is full, since the helper reads no more. */
    private void awaitBlocked(HelperProcess process) throws IOException {
        var inPipeWrite = 0;
        while (inPipeWrite < 50) {
            var children =
                    ProcessHandle.of(process.pid()).orElseThrow().descendants().toList();
            var stat = Path.of("/proc/"
                    + (children.isEmpty() ? process.pid() : children.getFirst().pid()) + "/wchan");
            inPipeWrite = Files.readString(stat).contains("pipe_write") ? inPipeWrite + 1 : 0;
        }
    }

    private static byte[] seq(int last) {
        var numbers = new StringBuilder();
        for (int i = 1; i <= last; i++) {
            numbers.append(i).append('\n');
        }
        return numbers.toString().getBytes(StandardCharsets.US_ASCII);
    }

    @Test
    void connections_cut_at_any_moment_cost_not_a_byte() throws IOException {
        var random = new Random(4);
        var process = helper.exec(shell("seq 1 400000; exit 6"));
        var seen = new ByteArrayOutputStream();
        var cuts = 0;
        var acknowledged = 0;
        Reply.Event event = process.next();
        while (!(event instanceof Reply.Ended)) {
            seen.writeBytes(((Reply.Output) event).data());
            // Whoever acknowledges too little in all is sent no more.
            if (random.nextBoolean() || seen.size() - acknowledged > 100_000) {
                process.acknowledge(seen.size(), 0);
                acknowledged = seen.size();
            }
            if (random.nextInt(4) == 0) {
                process.close();
                process = helper.attach(process.id(), seen.size(), 0);
                acknowledged = 0; // what was acknowledged last may have been cut off, too
                cuts++;
            }
            event = process.next();
        }
        process.forget();

        assertThat(cuts).isGreaterThan(5);
        assertThat(seen.toByteArray()).isEqualTo(seq(400_000));
        assertThat(((Reply.Ended) event).code()).isEqualTo(6);
        assertThat(helper.list()).isEmpty();
    }

    @Test
    void the_order_across_both_streams_survives() throws IOException {
        var script = "for i in 1 2 3 4 5 6 7 8; do echo o$i; sleep 0.01; echo e$i >&2; sleep 0.01; done";
        var process = helper.exec(shell(script));
        awaitEnd(process.id());
        var first = order(process);
        process.close();

        var again = order(helper.attach(process.id(), 0, 0));

        assertThat(again).isEqualTo(first);
        assertThat(again).isEqualTo("o1e1o2e2o3e3o4e4o5e5o6e6o7e7o8e8");
    }

    private void awaitEnd(long id) throws IOException {
        while (helper.list().stream().noneMatch(listed -> listed.id() == id && listed.ended())) {
            Eventually.pause();
        }
    }

    private static String order(HelperProcess process) throws IOException {
        var order = new StringBuilder();
        while (process.next() instanceof Reply.Output output) {
            order.append(new String(output.data(), StandardCharsets.US_ASCII).replace("\n", ""));
        }
        return order.toString();
    }

    @Test
    void the_end_waits_to_be_acknowledged_and_the_note_comes_back() throws IOException {
        var note = "whatever the agent must know".getBytes(StandardCharsets.US_ASCII);
        var request = exec(List.of("false"));
        var noted = new ExecRequest(
                request.user(),
                request.directory(),
                request.arguments(),
                request.environment(),
                false,
                request.stdin(),
                null,
                null,
                note);
        var process = helper.exec(noted);
        process.close();
        awaitEnd(process.id());

        var again = helper.attach(process.id(), 0, 0);

        assertThat(again.note()).isEqualTo(note);
        assertThat(again.pid()).isEqualTo(process.pid());
        assertThat(again.startedAt()).isEqualTo(process.startedAt());
        assertThat(Collected.of(again).end().code()).isOne();
        assertThat(helper.list()).isEmpty();
    }

    @Test
    void a_new_agent_takes_over_from_one_that_still_hangs_on() throws IOException {
        var old = helper.exec(exec(List.of("sleep", "30")));

        var taken = helper.attach(old.id(), 0, 0);

        assertThatThrownBy(old::next).isInstanceOf(IOException.class);
        helper.signal(taken.id(), 9);
        assertThat(Collected.of(taken).end().code()).isEqualTo(9);
    }

    @Test
    void what_is_not_there_any_more_is_not_made_up() throws IOException {
        var process = helper.exec(shell("echo some; sleep 30"));
        process.next();

        assertRefused(FailedStep.MISSING, process.id() + 1, 0, 0);
        assertRefused(FailedStep.POSITION, process.id(), 3, 0);
        assertRefused(FailedStep.POSITION, process.id(), 5, 1);
        assertRefused(FailedStep.POSITION, process.id(), 6, 0);
        process.acknowledge(5, 0);
        assertRefusedAfter(process);
    }

    private void assertRefused(FailedStep step, long id, long stdout, long stderr) {
        assertThatThrownBy(() -> helper.attach(id, stdout, stderr))
                .isInstanceOfSatisfying(
                        HelperRefusal.class,
                        refusal -> assertThat(refusal.step()).isEqualTo(step));
    }

    /** Acknowledging needs no answer; once it has arrived the beginning is gone. */
    private void assertRefusedAfter(HelperProcess process) throws IOException {
        helper.inspect(process.pid());
        helper.list();
        for (; ; ) {
            try {
                helper.attach(process.id(), 0, 0).close();
            } catch (HelperRefusal refusal) {
                assertThat(refusal.step()).isEqualTo(FailedStep.POSITION);
                return;
            }
        }
    }

    @Test
    void terminals_go_on_too() throws Exception {
        var process = helper.exec(RealHelper.onTerminal(exec(List.of("cat")), 24, 80));
        process.write("one\n".getBytes(StandardCharsets.US_ASCII));
        var seen = new ByteArrayOutputStream();
        while (seen.size() < "one\r\none\r\n".length()) {
            seen.writeBytes(((Reply.Output) process.next()).data());
        }
        process.close();

        var again = helper.attach(process.id(), seen.size(), 0);
        again.write("two\n".getBytes(StandardCharsets.US_ASCII));
        again.endStdin();
        var event = again.next();
        while (event instanceof Reply.Output output) {
            seen.writeBytes(output.data());
            event = again.next();
        }

        assertThat(seen.toString(StandardCharsets.US_ASCII)).startsWith("one\r\none\r\ntwo\r\ntwo\r\n");
        assertThat(((Reply.Ended) event).code()).isZero();
        again.forget();
        assertThat(helper.list()).isEmpty();
    }
}
