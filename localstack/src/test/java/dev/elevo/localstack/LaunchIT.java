package dev.elevo.localstack;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.elevo.contract.testing.Eventually;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** How a run begins after others, how it does not begin, and what is left of it then. */
final class LaunchIT {
    private static final String SANDBOXES = "/api/v1/sandboxes";

    @RegisterExtension
    static final SharedStack SHARED = new SharedStack();

    @TempDir
    private Path home;

    @Test
    void a_bad_option_is_told_in_a_sentence_and_changes_nothing() throws Exception {
        var said = RunningStack.end(home, Map.of("ELEVO_JWT_SECRET", "too short"));

        assertThat(said).isEqualTo("2 elevo: ELEVO_JWT_SECRET has 9 characters; it must be at least 32 bytes\n");
        assertThat(left()).isEmpty();
    }

    @Test
    void a_taken_port_is_told_before_anything_is_started() throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var port = Integer.toString(taken.getLocalPort());

            assertThat(RunningStack.end(home, Map.of("ELEVO_PORT", port)))
                    .startsWith("1 elevo: cannot listen on 127.0.0.1:" + port)
                    .doesNotContain("\tat ");
        }
        assertThat(left()).doesNotContain("agent.pid", "dynamodb.pid", "jwt.secret");
    }

    @Test
    void a_start_that_fails_ends_what_it_started() throws Exception {
        // Nobody answers there.
        var options = Map.of("ELEVO_DYNAMODB_ENDPOINT", "http://127.0.0.1:1");

        assertThat(RunningStack.end(home, options)).startsWith("1 elevo: ").doesNotContain("\tat ");

        assertThat(left()).contains("logs").doesNotContain("agent.pid");
        Eventually.await("all have ended", () -> processesOfThisHome().isEmpty());
    }

    /** Whatever a run starts knows its home. */
    private List<ProcessHandle> processesOfThisHome() {
        var mark = "ELEVO_HOME=" + home;
        return ProcessHandle.allProcesses()
                .filter(process -> environment(process).contains(mark))
                .toList();
    }

    private static List<String> environment(ProcessHandle process) {
        try {
            var text = Files.readString(Path.of("/proc", Long.toString(process.pid()), "environ"), ISO_8859_1);
            return List.of(text.split("\0", -1));
        } catch (IOException gone) {
            return List.of();
        }
    }

    @Test
    void what_a_killed_run_left_is_stopped_and_told_to_whoever_asks_first() throws Exception {
        var stack = SHARED.get();
        var sandbox = SANDBOXES + "/" + stack.post(SANDBOXES, "{}").field("id");
        var daemons = List.of(stack.pidOf("agent"), stack.pidOf("dynamodb"));
        stack.crash();
        assertThat(daemons).allMatch(LaunchIT::isAlive);

        var said =
                RunningStack.end(stack.home(), Map.of(), "--down", stack.home().toString());

        assertThat(said).startsWith("0 ").contains("stopped agent").contains("stopped dynamodb");
        assertThat(daemons).noneMatch(LaunchIT::isAlive);
        stack.startAgain();
        assertThat(stack.get(sandbox).json()).containsEntry("state", "stopped").containsEntry("endReason", "evicted");
    }

    @Test
    void other_options_are_in_force_after_a_crash_or_refused() throws Exception {
        var stack = SHARED.get();
        var run = SANDBOXES + "/" + stack.post(SANDBOXES, "{}").field("id") + "/process/run";
        var agent = stack.pidOf("agent");
        var dynamoDb = stack.pidOf("dynamodb");
        stack.crash();

        // A sandbox cannot be taken off its network while it runs.
        assertThat(RunningStack.end(stack.home(), Map.of("ELEVO_NETWORK", "none")))
                .startsWith("1 elevo: ")
                .contains("ELEVO_NETWORK=public")
                .contains("./elevo down");
        assertThat(isAlive(agent)).isTrue();

        stack.startAgain(Map.of("ELEVO_READY_SANDBOXES", "1"));
        assertThat(stack.pidOf("agent")).isNotEqualTo(agent);
        assertThat(stack.pidOf("dynamodb")).isEqualTo(dynamoDb);
        assertThat(stack.post(run, "{\"command\":\"true\"}").status()).isEqualTo(200);
    }

    private List<String> left() throws IOException {
        try (var files = Files.list(home)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> !name.equals("said.log"))
                    .toList();
        }
    }

    private static boolean isAlive(long pid) {
        return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
    }
}
