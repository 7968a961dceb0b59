package dev.elevo.localstack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elevo.contract.testing.Eventually;
import dev.elevo.localstack.RunningStack.Answer;
import io.micronaut.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/** A sandbox for repositories, with a remote over HTTP on its own loopback, which knows one login: {@code me} and the password. */
record GitBox(RunningStack stack, String sandbox) {
    static final String HOME = "/home/user/";
    static final String REMOTE = "http://127.0.0.1:8418/";

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final JsonMapper JSON = JsonMapper.createDefault();

    static GitBox start(RunningStack stack, String password, Map<String, String> env) throws IOException {
        var created = stack.post("/api/v1/sandboxes", json(Map.of("env", env)));
        assertThat(created.status()).as(created.text()).isEqualTo(201);
        var box = new GitBox(stack, "/api/v1/sandboxes/" + created.field("id"));
        box.sh("git config --global user.name Tester; git config --global user.email tester@example.org;"
                + " git config --global init.defaultBranch main; mkdir -p served");
        try (var server = Objects.requireNonNull(GitBox.class.getResourceAsStream("git_server.py"))) {
            box.write("server.py", new String(server.readAllBytes(), StandardCharsets.UTF_8));
        }
        box.spawn("exec python3 server.py " + HOME + "served 8418 " + sha256(login(password)));
        box.await("git ls-remote -q " + REMOTE + "nothing 2>&1 | grep -q 'not found'");
        return box;
    }

    /** As HTTP has it. */
    static String login(String password) {
        return "Basic " + Base64.getEncoder().encodeToString(("me:" + password).getBytes(StandardCharsets.UTF_8));
    }

    private static String sha256(String text) {
        try {
            var digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String json(Map<String, ?> fields) {
        try {
            return new String(JSON.writeValueAsBytes(fields), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Answer ok(Answer answer) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return answer;
    }

    static void fails(Answer answer, int code, String detail) {
        assertThat(answer.code()).as(answer.text()).isEqualTo(code);
        assertThat(answer.text()).contains(detail);
    }

    /** In the home of the sandbox's user; must succeed. */
    String sh(String script) {
        return sh(script, Map.of());
    }

    /** By a user who sees all of the sandbox. Where each is a machine of its own, nobody but its one user runs anything. */
    String asRoot(String script) {
        return sh(script, FakeCloud.isEverywhere() ? Map.of() : Map.of("user", "root"));
    }

    private String sh(String script, Map<String, String> more) {
        var body = new HashMap<String, Object>(more);
        body.putAll(Map.of("command", "set -e; " + script, "cwd", "/home/user", "timeoutMs", 120_000));
        var answer = ok(stack.post(sandbox + "/process/run", json(body)));
        assertThat(answer.field("exitCode")).as(answer.text()).isEqualTo("0");
        return answer.field("stdout").strip();
    }

    /** Until it succeeds. */
    void await(String script) {
        sh("for i in $(seq 600); do " + script + " && exit; sleep 0.1; done; exit 1");
    }

    /** The arguments and the variables, as far as the user can see them, of all that run: each begins a line. */
    List<String> seen() {
        return sh("cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ 2>/dev/null | tr '\\0' '\\n'")
                .lines()
                .toList();
    }

    /** The names of those where a file can have come to be. What the service is told and writes down spells it otherwise: it would be found there. */
    String filesWith(String text) {
        return asRoot("grep -rlF -e \"$(printf %b '" + octal(text)
                + "')\" /home /tmp /var /run /dev/shm /root 2>/dev/null || true");
    }

    private static String octal(String text) {
        return text.chars().mapToObj("\\0%03o"::formatted).collect(Collectors.joining());
    }

    /** Of the home. */
    void write(String file, String content) {
        ok(stack.post(sandbox + "/files/write", json(Map.of("path", HOME + file, "content", content))));
    }

    void spawn(String command) {
        var answer = stack.post(sandbox + "/process/spawn", json(Map.of("command", command, "cwd", "/home/user")));
        assertThat(answer.status()).as(answer.text()).isEqualTo(201);
    }

    /** A repository with a commit. */
    String repository(String name) {
        sh("git init -q " + name + " && cd " + name + " && echo one > a.txt && git add . && git commit -qm one");
        return HOME + name;
    }

    /** One that is served, and has a commit on main. */
    void serve(String name) {
        sh("git init -q --bare served/" + name + " && git -C served/" + name + " config http.receivepack true"
                + " && git init -q seed-" + name + " && cd seed-" + name
                + " && echo one > a.txt && git add . && git commit -qm 'first of all' && git push -q ../served/" + name
                + " main");
    }

    /** One that is served, and sends the half of its pack only, until it is let go. */
    void serveHalf(String name) {
        serve(name);
        sh("cd seed-" + name
                + " && for i in $(seq 40); do head -c 30000 /dev/urandom > r$i; done && git add . && git commit -qm more"
                + " && git push -q ../served/" + name + " main && touch ../served/" + name + "/hold");
    }

    void awaitHalf(String name) {
        await("[ -e served/" + name + "/holding ]");
    }

    void letGo(String name) {
        sh("rm served/" + name + "/holding");
    }

    Answer git(String call, String path, Object... more) {
        var body = new HashMap<String, Object>(Map.of("path", path));
        for (int i = 0; i < more.length; i += 2) {
            body.put(more[i].toString(), more[i + 1]);
        }
        return stack.post(sandbox + "/git/" + call, json(body));
    }

    Answer look(String call, String path, String query) {
        return stack.get(sandbox + "/git/" + call + "?path=" + URLEncoder.encode(path, StandardCharsets.UTF_8) + query);
    }

    Answer deleteBranch(String name, String path, String query) {
        return stack.delete(sandbox + "/git/branches/" + name + "?path=" + path + query);
    }

    /** Of a call that was 202. */
    Answer result(Answer begun) {
        assertThat(begun.status()).as(begun.text()).isEqualTo(202);
        var until = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            var result = stack.get(begun.header("location") + "/result");
            if (result.status() != 202 || System.nanoTime() > until) {
                return result;
            }
            Eventually.pause();
        }
    }
}
