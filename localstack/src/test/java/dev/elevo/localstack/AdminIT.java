package dev.elevo.localstack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.elevo.contract.testing.Eventually;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The database of people and keys beside everything else: killed, and left behind by a killed run. */
final class AdminIT {
    private static final String SANDBOXES = "/api/v1/sandboxes";
    private static final String KEYS = "/api/v1/users/me/api-keys";

    @TempDir
    private Path home;

    @Test
    void the_database_of_keys_may_die_and_nothing_else_does() throws Exception {
        try (var stack = new RunningStack(home, Map.of())) {
            assertThat(stack.post(KEYS, "{\"name\":\"first\"}").status()).isEqualTo(201);
            var sandbox = SANDBOXES + "/" + stack.post(SANDBOXES, "{}").field("id");
            var database = ProcessHandle.of(stack.pidOf("postgres")).orElseThrow();
            assertThat(uid(database.pid())).isNotEqualTo("0");

            database.destroyForcibly();
            database.onExit().join();

            assertThat(stack.get(sandbox).status()).isEqualTo(200);
            assertThat(stack.post(sandbox + "/process/run", "{\"command\":\"true\"}")
                            .status())
                    .isEqualTo(200);
            Eventually.await(() -> stack.post(KEYS, "{\"name\":\"second\"}").status() == 201);

            var asked = Thread.startVirtualThread(
                    () -> assertThatThrownBy(() -> stack.post(sandbox + "/process/run", "{\"command\":\"sleep 60\"}")));
            Eventually.await(() -> stack.get(sandbox + "/process").text().contains("sleep 60"));
            stack.crash();
            asked.join();
            var left = stack.pidOf("postgres");
            stack.startAgain();
            assertThat(stack.pidOf("postgres")).isEqualTo(left);
            assertThat(stack.get(KEYS).text()).contains("first").contains("second");
            // Who asked for what when everything died is known, and that its end is not.
            assertThat(stack.get("/api/v1/audit/events?outcome=failed&type=process.run")
                            .text())
                    .contains("\"unfinished\":\"true\"");
        }
    }

    private static String uid(long pid) throws Exception {
        return Files.getAttribute(Path.of("/proc", Long.toString(pid)), "unix:uid")
                .toString();
    }
}
