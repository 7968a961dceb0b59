package dev.elevo.agent.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elevo.contract.process.OutputPage;
import dev.elevo.contract.process.OutputQuery;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The agent in a JVM of its own, ended by kill -9 in the middle of a command's output. */
@Timeout(60)
class KilledAgentTest {
    private static final String OURS = "@";
    private static final int LAST = 300_000;
    private static final int LENGTH = 600_000;

    @TempDir
    Path directory;

    @RepeatedTest(3)
    void the_cursor_goes_on_without_a_gap() throws Exception {
        try (var agent = new Agent(directory)) {
            var jvm = startOtherAgent(OtherAgent.class, agent.real().socket(), agent.state());
            var read = new StringBuilder();
            int pid;
            String cursor;
            try (var lines =
                    new BufferedReader(new InputStreamReader(jvm.getInputStream(), StandardCharsets.US_ASCII))) {
                pid = Integer.parseInt(next(lines));
                do {
                    cursor = next(lines);
                    read.append(next(lines).replace(',', '\n'));
                } while (read.length() < 300_000);
                jvm.destroyForcibly().waitFor();
            }

            agent.restart();
            OutputPage page;
            do {
                page = agent.output(pid, cursor);
                assertThat(page.droppedBytes()).isZero();
                page.chunks().forEach(chunk -> read.append(chunk.data()));
                cursor = page.nextCursor();
            } while (!page.ended());

            assertThat(read).hasToString(numbers());
            assertThat(agent.result(pid).stdout()).isEqualTo(numbers());
            assertThat(agent.result(pid).exitCode()).isEqualTo(3);
        }
    }

    /** Of what the helper has room for, the next one cannot have as much again as an agent takes before it acknowledges. */
    @Test
    void what_it_had_saved_and_not_acknowledged_is_acknowledged() throws Exception {
        try (var agent = new Agent(directory)) {
            var jvm = startOtherAgent(WaitingAgent.class, agent.real().socket(), agent.state());
            int pid;
            try (var lines =
                    new BufferedReader(new InputStreamReader(jvm.getInputStream(), StandardCharsets.US_ASCII))) {
                pid = Integer.parseInt(next(lines));
                jvm.destroyForcibly().waitFor();
            }

            agent.restart();
            // With so little to keep it may push some out, which is told then.
            var told = 0L;
            String cursor = null;
            OutputPage page;
            do {
                page = agent.output(pid, cursor);
                cursor = page.nextCursor();
                told += length(page) + page.droppedBytes();
            } while (!page.ended());

            assertThat(told).isEqualTo(LENGTH);
        }
    }

    private static int length(OutputPage page) {
        return page.chunks().stream().mapToInt(chunk -> chunk.data().length()).sum();
    }

    /** The log is on the same stream. */
    private static String next(BufferedReader lines) throws IOException {
        var line = lines.readLine();
        while (line != null && !line.startsWith(OURS)) {
            line = lines.readLine();
        }
        return Objects.requireNonNull(line, "the other agent ended").substring(OURS.length());
    }

    private static String numbers() {
        var numbers = new StringBuilder();
        for (int i = 1; i <= LAST; i++) {
            numbers.append(i).append('\n');
        }
        return numbers.toString();
    }

    private static Process startOtherAgent(Class<?> program, Path socket, Path state) throws IOException {
        return new ProcessBuilder(
                        Path.of(Objects.requireNonNull(System.getProperty("java.home")), "bin", "java")
                                .toString(),
                        "-cp",
                        Objects.requireNonNull(System.getProperty("java.class.path")),
                        program.getName(),
                        socket.toString(),
                        state.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    /** Runs a command and tells what it reads: the pid, then a line with a cursor and one with the text before it, and again. */
    static final class OtherAgent {
        private OtherAgent() {}

        public static void main(String[] arguments) {
            var processes = Agent.processes(Path.of(arguments[0]), Path.of(arguments[1]));
            var request = Requests.command("sleep 0.1; seq 1 " + LAST + "; sleep 0.2; exit 3")
                    .waiting(0)
                    .build();
            var pid = Agent.startIn(processes, request);
            System.out.println(OURS + pid);
            OutputPage page;
            String cursor = null;
            do {
                page = processes.output(Agent.SANDBOX, pid, new OutputQuery(null, cursor, 10_000, 1000, null));
                cursor = page.nextCursor();
                var text = new StringBuilder();
                page.chunks().forEach(chunk -> text.append(chunk.data()));
                System.out.println(OURS + cursor);
                System.out.println(OURS + text.toString().replace('\n', ','));
            } while (!page.ended());
        }
    }

    /** Waits for its reader with more on disk than it takes before it acknowledges, tells the pid, and stays so. */
    static final class WaitingAgent {
        private static final int KEPT = 130_500;

        private WaitingAgent() {}

        public static void main(String[] arguments) throws IOException {
            var processes = Agent.processes(Path.of(arguments[0]), Path.of(arguments[1]));
            var request = Requests.command("head -c " + LENGTH + " /dev/zero")
                    .keeping(KEPT)
                    .waiting(0)
                    .build();
            var pid = Agent.startIn(processes, request);
            OutputPage page;
            do {
                page = processes.output(Agent.SANDBOX, pid, new OutputQuery(null, null, 2 * KEPT, 100, null));
            } while (length(page) <= KEPT);
            System.out.println(OURS + pid);
            System.in.read();
        }
    }
}
