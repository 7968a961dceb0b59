package dev.elevo.localstack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.micronaut.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Snapshots of real sandboxes, over HTTP. */
final class SnapshotsIT {
    private static final String SANDBOXES = "/api/v1/sandboxes";
    private static final String SNAPSHOTS = "/api/v1/snapshots";

    /** Everything of the tree in words: names, kinds, modes, owners, times, links and contents. */
    private static final String WORDS = "cd /home/user/tree && find . -printf '%p %y %m %u %g %T@ %n %l\\n' | sort"
            + " && find . -type f -exec sha256sum {} + | sort; cat /usr/local/lib/new;"
            + " test -e /etc/hostname || echo no /etc/hostname";

    @RegisterExtension
    static final SharedStack SHARED = new SharedStack();

    private static RunningStack stack;

    @BeforeAll
    static void start() {
        stack = SHARED.get();
    }

    @Test
    void a_sandbox_begins_with_what_another_was() {
        var source = made("{\"env\": {\"COLOUR\": \"red\"}, \"workDir\": \"/home/user/tree\"}");
        run(source, """
                mkdir -p /home/user/tree && cd /home/user/tree && echo one > a && ln a b && ln -s /etc/passwd c
                head -c 3000000 /dev/urandom > large && chmod 640 large && mkdir -p d/e && touch -d 2001-02-03T04:05:06.789 d/e
                dd if=/dev/zero of=holes bs=1 count=1 seek=100M 2>/dev/null && mkfifo pipe && printf x > "$(printf 'two\\nlines')\"""");
        root(source, "echo new > /usr/local/lib/new; rm -f /etc/hostname; chown 1:2 /home/user/tree/a");
        var words = run(source, WORDS);

        var taken = stack.post(SNAPSHOTS, "{\"name\": \"first\", \"sandboxId\": \"" + source + "\"}");
        var notOffered = taken.code() == 9007;
        if (notOffered) {
            System.err.println("skipped: no checkpoints on this machine: " + taken.text());
        }
        assumeTrue(!notOffered, "no checkpoints on this machine");

        assertThat(taken.status()).as(taken.text()).isEqualTo(201);
        assertThat(taken.text()).contains("\"state\":\"available\"");
        root(source, "rm -r /home/user/tree/d; echo two > /home/user/tree/a");
        var one = made("{\"snapshot\": \"first\"}");
        // The disk that the snapshot was taken of is good for the one, not for one of another size.
        var other = made("{\"snapshot\": \"first\", \"env\": {\"COLOUR\": \"blue\"}, \"resources\": {\"disk\": 11}}");

        assertThat(run(one, WORDS)).isEqualTo(words);
        assertThat(run(other, WORDS)).isEqualTo(words);
        assertThat(run(one, "echo $COLOUR; pwd")).isEqualTo("red\n/home/user/tree\n");
        assertThat(run(other, "echo $COLOUR")).isEqualTo("blue\n");
        root(one, "rm -r /home/user/tree/d");
        assertThat(run(other, WORDS)).isEqualTo(words);
        assertThat(stack.get(SANDBOXES + "/" + one + "?expand=snapshot").text()).contains("\"name\":\"first\"");
        assertThat(stack.delete(SNAPSHOTS + "/first").status()).isEqualTo(204);
    }

    @Test
    void a_paused_one_is_taken_again_in_parts_and_its_chunks_go_with_the_last() throws IOException {
        var source = made("{}");
        run(source, "head -c 20000000 /dev/urandom > /home/user/large; echo small > /home/user/small");
        assumeTrue(take(source, "one").code() != 9007, "no checkpoints on this machine");
        var before = bytesOfBlobs();
        run(source, "echo changed > /home/user/small");
        assertThat(stack.post(SANDBOXES + "/" + source + "/pause", "").status()).isEqualTo(200);

        assertThat(stack.post(SANDBOXES + "/" + source + "/checkpoint", "{\"name\": \"two\"}")
                        .status())
                .isEqualTo(201);

        assertThat(bytesOfBlobs() - before).isLessThan(5_000_000);
        stack.delete(SNAPSHOTS + "/one");
        var made = made("{\"snapshot\": \"two\"}");
        assertThat(run(made, "cat /home/user/small; stat -c %s /home/user/large"))
                .isEqualTo("changed\n20000000\n");
        assertThat(stack.delete(SNAPSHOTS + "/two").status()).isEqualTo(204);
        assertThat(stack.post(SANDBOXES, "{\"snapshot\": \"two\"}").code()).isEqualTo(7000);
    }

    private static RunningStack.Answer take(String sandbox, String name) {
        return stack.post(SNAPSHOTS, "{\"name\": \"" + name + "\", \"sandboxId\": \"" + sandbox + "\"}");
    }

    private static String made(String body) {
        var answer = stack.post(SANDBOXES, body);
        assertThat(answer.status()).as(answer.text()).isEqualTo(201);
        assertThat(answer.text()).contains("\"state\":\"running\"");
        return answer.field("id");
    }

    private static String run(String sandbox, String script) {
        return run(sandbox, script, Map.of());
    }

    private static String root(String sandbox, String script) {
        return run(sandbox, script, Map.of("user", "root"));
    }

    private static String run(String sandbox, String script, Map<String, Object> more) {
        var body = new HashMap<String, Object>(more);
        body.put("command", "set -e; " + script);
        var answer = stack.post(SANDBOXES + "/" + sandbox + "/process/run", json(body));
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertThat(answer.json().get("exitCode")).as(answer.text()).isEqualTo(0);
        return answer.field("stdout");
    }

    private static long bytesOfBlobs() throws IOException {
        try (var files = Files.walk(stack.home().resolve("blobs"))) {
            return files.filter(Files::isRegularFile)
                    .mapToLong(file -> file.toFile().length())
                    .sum();
        }
    }

    private static String json(Map<String, Object> body) {
        try {
            return new String(JsonMapper.createDefault().writeValueAsBytes(body), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
