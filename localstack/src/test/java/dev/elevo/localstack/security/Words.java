package dev.elevo.localstack.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** What a sandbox says, and what it is told: neither may be more than words. */
final class Words {
    private static final int VALIDATION_ERROR = 9004;

    private Words() {}

    static List<Attempt> attempts() {
        var attempts = new ArrayList<Attempt>();
        attempts.add(new Attempt(
                Who.INSIDE,
                "escapes of terminals, JSON and headers in its output",
                "they arrive as the characters they are",
                ground -> {
                    var evil = "\u001b]0;owned\u0007\u001b[2J\r\nSet-Cookie: a=b\r\n\r\n\"}],\"error\":{\u0001\u2028";
                    var result =
                            Ground.result(ground.runRequest(ground.shared(), Map.of("command", "cat", "input", evil)));

                    assertThat(result.stdout()).isEqualTo(evil);
                }));
        attempts.add(new Attempt(Who.INSIDE, "output that is no UTF-8", "replaced; whole as base64", ground -> {
            var command = "printf '\\377\\376\\300\\200a\\355\\240\\200'";
            var text = Ground.result(ground.runRequest(ground.shared(), Map.of("command", command)));
            var bytes =
                    Ground.result(ground.runRequest(ground.shared(), Map.of("command", command, "encoding", "base64")));

            assertThat(text.stdout()).contains("a", "\uFFFD").doesNotContain("\u0000");
            assertThat(Base64.getDecoder().decode(bytes.stdout()))
                    .isEqualTo("\u00ff\u00fe\u00c0\u0080a\u00ed\u00a0\u0080".getBytes(StandardCharsets.ISO_8859_1));
        }));
        attempts.add(new Attempt(
                Who.INSIDE,
                "a process whose name is lines of a listing",
                "it is one process with a strange name",
                Words::namedStrangely));
        attempts.add(new Attempt(
                Who.INSIDE, "a command of its own on the host, by quotes", "an argument stays one argument", ground -> {
                    var words =
                            List.of("'; touch /tmp/owned; '", "$(touch /tmp/owned)", "`id`", "\n", "-rf", "\"", "\\");
                    var result = Ground.result(ground.runRequest(
                            ground.shared(),
                            Map.of("command", "printf", "useShell", false, "args", concat("%s|", words))));

                    assertThat(result.stdout()).isEqualTo(String.join("|", words) + "|");
                    assertThat(Path.of("/tmp/owned")).doesNotExist();
                }));
        attempts.add(refused(
                "arguments without end",
                Map.of("command", "true", "useShell", false, "args", Collections.nCopies(5000, "x"))));
        attempts.add(refused("a command of megabytes", Map.of("command", "x".repeat(1 << 20))));
        attempts.add(refused(
                "an environment of megabytes", Map.of("command", "true", "env", Map.of("A", "x".repeat(1 << 20)))));
        attempts.add(refused("a variable that is no name", Map.of("command", "true", "env", Map.of("A=B\nC", "x"))));
        attempts.add(refused("a NUL in the command", Map.of("command", "true\0false")));
        attempts.add(refused("a NUL in the directory", Map.of("command", "true", "cwd", "/tmp\0/x")));
        attempts.add(refused("a user that is a path", Map.of("command", "true", "user", "../root")));
        attempts.add(refused("a user with a line of its own", Map.of("command", "true", "user", "user:x:0:0\n")));
        attempts.add(new Attempt(
                Who.INSIDE,
                "arguments that the kernel does not take",
                "4004",
                ground -> assertThat(ground.runRequest(
                                        ground.shared(),
                                        Map.of("command", "true", "useShell", false, "env", bigEnvironment()))
                                .code())
                        .isEqualTo(4004)));
        return attempts;
    }

    /** Each variable is allowed; together they are more than the kernel hands over. */
    private static Map<String, String> bigEnvironment() {
        var environment = new HashMap<String, String>();
        for (var i = 0; i < 120; i++) {
            environment.put("V" + i, "x".repeat(32_000));
        }
        return environment;
    }

    private static List<String> concat(String first, List<String> rest) {
        var all = new ArrayList<String>();
        all.add(first);
        all.addAll(rest);
        return all;
    }

    private static Attempt refused(String name, Map<String, Object> request) {
        return new Attempt(Who.INSIDE, name, "9004", ground -> {
            var answer = ground.runRequest(ground.shared(), request);

            assertThat(answer.code()).as(answer.text()).isEqualTo(VALIDATION_ERROR);
        });
    }

    private static void namedStrangely(Ground ground) {
        var name = "evil\n1 root 0 S) R 1 1\u001b[31m\",\"pid\":1";
        var started = ground.runRequest(
                ground.shared(),
                Map.of(
                        "command",
                        "exec perl -e '$0 = $ENV{NAME}; syscall(157, 15, substr($ENV{NAME}, 0, 15)); sleep 30'",
                        "env",
                        Map.of("NAME", name),
                        "waitMs",
                        500));
        var pid = Objects.requireNonNull(started.json().get("pid"));

        var answer = ground.stack().get(ground.pathOf(ground.shared()) + "/process/" + pid);

        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertThat(answer.json()).containsEntry("pid", pid).containsEntry("user", "user");
        ground.asRoot("kill -9 " + pid);
    }
}
