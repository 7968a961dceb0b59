package dev.elevo.localstack;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Forks from HTTP to real sandboxes. */
@Timeout(300)
final class ForkIT {
    private static final String PATH = "/api/v1/sandboxes";

    @RegisterExtension
    static final SharedStack SHARED = new SharedStack();

    private static RunningStack stack;

    @BeforeAll
    static void start() {
        stack = SHARED.get();
    }

    @Test
    void twenty_forks_have_the_files_and_the_configuration_and_end_by_themselves() {
        var source = create("{\"env\":{\"SAID\":\"once\"},\"workDir\":\"/srv/work\"}");
        run(source, "echo kept > note; sleep 1000 > /dev/null 2>&1 &");

        var forks = fork(source, "{\"count\":20}");

        assertThat(forks).hasSize(20).doesNotHaveDuplicates();
        for (var fork : forks) {
            assertThat(
                            run(
                                    fork,
                                    "cat note; pwd; echo $SAID; cat /proc/[0-9]*/cmdline | tr -d '\\0' | grep -c 'sleep[1]000'"))
                    .startsWith("kept\n/srv/work\nonce\n0\n");
        }
        assertThat(run(source, "cat note")).isEqualTo("kept\n");
        forks.forEach(ForkIT::delete);
        delete(source);
    }

    @Test
    void a_source_that_is_deleted_meanwhile_leaves_all_or_none() throws Exception {
        var source = create("{}");
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var forking = threads.submit(
                    () -> stack.post(PATH + "/" + source + "/fork", "{\"count\":4,\"namePrefix\":\"race\"}"));
            threads.submit(() -> stack.delete(PATH + "/" + source + "?force=true"))
                    .get();
            var answer = forking.get();

            assertThat(answer.status()).isIn(201, 404, 409, 500);
            for (int i = 1; i <= 4; i++) {
                var fork = PATH + "/race-" + i;
                assertThat(stack.get(fork).status()).as(answer.text()).isEqualTo(answer.status() == 201 ? 200 : 404);
                stack.delete(fork + "?force=true");
            }
        }
    }

    private static String create(String body) {
        return stack.post(PATH, body).field("id");
    }

    private static void delete(String id) {
        assertThat(stack.delete(PATH + "/" + id + "?force=true").status()).isEqualTo(204);
    }

    private static List<String> fork(String source, String body) {
        var answer = stack.post(PATH + "/" + source + "/fork", body);
        assertThat(answer.status()).as(answer.text()).isEqualTo(201);
        var made = (List<?>) answer.json().getOrDefault("sandboxes", List.of());
        return made.stream()
                .map(one -> String.valueOf(((Map<?, ?>) one).get("id")))
                .toList();
    }

    private static String run(String id, String command) {
        var quoted = command.replace("\\", "\\\\").replace("\"", "\\\"");
        return stack.post(PATH + "/" + id + "/process/run", "{\"command\":\"" + quoted + "\"}")
                .field("stdout");
    }
}
