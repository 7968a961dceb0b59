package dev.elevo.localstack;

import static dev.elevo.contract.testing.Hosts.assume;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.elevo.contract.testing.Eventually;
import java.awt.Color;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Processes, code, sessions and streams over HTTP, in a real sandbox. Each error of the contract is met once. */
@Timeout(240)
final class ProcessesIT {
    private static final String SANDBOX = "/api/v1/sandboxes/tools";

    @RegisterExtension
    static final SharedStack SHARED = new SharedStack();

    private static RunningStack stack;

    @BeforeAll
    static void start() throws IOException {
        stack = SHARED.get();
        assertThat(stack.post("/api/v1/sandboxes", "{\"name\":\"tools\"}").status())
                .isEqualTo(201);
    }

    private static RunningStack.Answer post(String path, String body) {
        return stack.post(SANDBOX + path, body);
    }

    private static RunningStack.Answer get(String path) {
        return stack.get(SANDBOX + path);
    }

    private static RunningStack.Answer delete(String path) {
        return stack.delete(SANDBOX + path);
    }

    private static int spawn(String body) {
        var answer = post("/process/spawn", body);
        assertThat(answer.status()).as(answer.text()).isEqualTo(201);
        return Integer.parseInt(answer.field("pid"));
    }

    private static String readUntil(int pid, String text) {
        var seen = new StringBuilder();
        var cursor = "";
        while (seen.indexOf(text) < 0) {
            var page = get("/process/" + pid + "/output?waitMs=5000&cursor=" + cursor);
            assertThat(page.status()).as(page.text()).isEqualTo(200);
            if (page.json().get("chunks") instanceof List<?> chunks) {
                chunks.forEach(chunk -> seen.append(((Map<?, ?>) chunk).get("data")));
            }
            cursor = page.field("nextCursor");
            assertThat(page.field("ended").equals("true") && seen.indexOf(text) < 0)
                    .as("ended after %s", seen)
                    .isFalse();
        }
        return seen.toString();
    }

    @Test
    void a_process_is_started_fed_found_and_killed() {
        var pid = spawn("""
                {"command":"while read l; do echo got $l; done; sleep 60","stdin":true,"tag":"mine"}""");
        assertThat(post("/process/" + pid + "/write", "{\"data\":\"one\\n\"}").field("bytesWritten"))
                .isEqualTo("4");
        readUntil(pid, "got one");

        assertThat(get("/process").data())
                .anySatisfy(info -> assertThat(info)
                        .containsEntry("pid", pid)
                        .containsEntry("tag", "mine")
                        .containsEntry("user", "user"))
                .noneSatisfy(info -> assertThat(info).containsEntry("pid", 1));
        assertThat(get("/process?includeSystem=true&limit=100").data())
                .anySatisfy(info -> assertThat(info).containsEntry("user", "root"));
        assertThat(post("/process/" + pid + "/write", "{\"eof\":true}").status())
                .isEqualTo(200);
        assertThat(post("/process/" + pid + "/write", "{\"data\":\"x\"}").code())
                .isEqualTo(4005);
        assertThat(delete("/process/" + pid + "?wait=true").field("exitCode")).isEqualTo("-1");
        assertThat(get("/process/" + pid).field("state")).isEqualTo("exited");
        assertThat(get("/process?includeExited=true").data())
                .anySatisfy(info -> assertThat(info).containsEntry("pid", pid).containsEntry("state", "exited"));
        assertThat(delete("/process/" + pid).code()).isEqualTo(4001);
    }

    @Test
    void every_error_of_processes_is_met() {
        assertThat(post("/process/spawn", "{\"command\":\"true\",\"cwd\":\"/no/such\"}")
                        .code())
                .isEqualTo(3001);
        assertThat(post("/process/spawn", "{\"command\":\"true\",\"cwd\":\"/etc/passwd\"}")
                        .code())
                .isEqualTo(3008);
        assertThat(post("/process/spawn", "{\"command\":\"/no/such\",\"useShell\":false}")
                        .code())
                .isEqualTo(4004);
        assertThat(post("/process/spawn", "{\"command\":\"true\",\"user\":\"nobody-here\"}")
                        .code())
                .isEqualTo(4004);
        assertThat(delete("/process/1?signal=SIGKILL").code()).isEqualTo(1002);
        assertThat(delete("/process/0").code()).isEqualTo(9004);
        assertThat(get("/process/4000000").code()).isEqualTo(4001);
        assertThat(delete("/process/4000000").code()).isEqualTo(4001);
        assertThat(post("/process/4000000/write", "{\"data\":\"x\"}").code()).isEqualTo(4001);
        var stubborn = spawn("{\"command\":\"trap '' TERM; echo go; while :; do sleep 1; done\"}");
        readUntil(stubborn, "go");
        assertThat(post("/process/" + stubborn + "/write", "{\"data\":\"x\"}").code())
                .isEqualTo(4005);
        assertThat(get("/process/" + stubborn + "/result").code()).isEqualTo(4001);
        assertThat(delete("/process/" + stubborn + "?wait=true&timeoutMs=100").code())
                .isEqualTo(4002);
        assertThat(delete("/process/" + stubborn + "?wait=true&signal=SIGKILL").status())
                .isEqualTo(200);
        assertThat(stack.get("/api/v1/sandboxes/none/process").code()).isEqualTo(2001);
    }

    @Test
    void a_hundred_processes_and_no_more() {
        stack.post("/api/v1/sandboxes", "{\"name\":\"crowd\"}");
        var path = "/api/v1/sandboxes/crowd/process/spawn";
        var last = stack.post(path, "{\"command\":\"sleep\",\"useShell\":false,\"args\":[\"600\"]}");
        for (int i = 1; i < 100; i++) {
            last = stack.post(path, "{\"command\":\"sleep\",\"useShell\":false,\"args\":[\"600\"]}");
        }
        assertThat(last.status()).isEqualTo(201);

        var over = stack.post(path, "{\"command\":\"true\"}");

        assertThat(over.code()).isEqualTo(9006);
        assertThat(over.text()).contains("\"limit\":100");
        stack.delete("/api/v1/sandboxes/crowd?force=true");
    }

    @Test
    void who_waits_when_the_sandbox_is_stopped_learns_it() {
        stack.post("/api/v1/sandboxes", "{\"name\":\"stopped\"}");
        var path = "/api/v1/sandboxes/stopped";
        var waiting =
                CompletableFuture.supplyAsync(() -> stack.post(path + "/process/run", "{\"command\":\"sleep 600\"}"));
        while (stack.get(path + "/process?command=sleep*").data().isEmpty()) {
            Eventually.pause();
        }

        stack.post(path + "/stop", "{\"force\":true}");

        assertThat(waiting.join().code()).isEqualTo(4003);
        for (var call : List.of("/process", "/sessions")) {
            assertThat(stack.get(path + call).code()).isEqualTo(2003);
        }
        assertThat(stack.post(path + "/process/run/stream", "{\"command\":\"true\"}")
                        .code())
                .isEqualTo(2003);
        stack.delete(path);
    }

    @Test
    void code_is_run_and_what_it_left_is_gone() {
        assertThat(post("/code/run", "{\"code\":\"echo $((6*7)) $1\",\"language\":\"bash\",\"args\":[\"x\"]}")
                        .field("stdout"))
                .isEqualTo("42 x\n");
        assertThat(post("/code/run", "{\"code\":\"x\",\"language\":\"php\",\"env\":{\"PATH\":\"/nowhere\"}}")
                        .code())
                .isEqualTo(4008);
        assertThat(post("/code/run", "{\"code\":\"x\",\"language\":\"bash\",\"cwd\":\"/no/such\"}")
                        .code())
                .isEqualTo(3001);
        assertThat(post("/process/run", "{\"command\":\"ls -A /tmp | grep -c elevo\"}")
                        .field("stdout"))
                .isEqualTo("0\n");
    }

    @Test
    void charts_come_with_python() {
        var python = post("/process/run", "{\"command\":\"command -v python3\"}");
        if (!python.field("exitCode").equals("0")) {
            System.err.println("skipped: no python3 in the template");
        }
        assumeTrue(python.field("exitCode").equals("0"), "no python3 in the template");
        var code = "print(1)";

        var answer = post("/code/run", "{\"code\":\"" + code + "\",\"language\":\"python\",\"captureCharts\":true}");

        assertThat(answer.field("stdout")).isEqualTo("1\n");
        assertThat(answer.json()).containsEntry("charts", List.of());
    }

    @Test
    void figures_of_matplotlib_come_as_pictures() throws IOException {
        var matplotlib = post(
                "/process/run",
                "{\"command\":\"python3 -c 'import sys, importlib.util as u; sys.exit(not u.find_spec(\\\"matplotlib\\\"))'\"}");
        assume(
                matplotlib.field("exitCode").equals("0"),
                "no matplotlib in the template (Debian: python3-matplotlib; ./elevo test --all installs it)");
        var code = String.join(
                "\\n",
                "import matplotlib.pyplot as plt",
                "plt.figure(figsize=(3, 2), dpi=100, facecolor='red')",
                "plt.plot([0, 1], [0, 1])",
                "plt.show()",
                "plt.subplots(figsize=(4, 1), dpi=50, facecolor='blue')[1].bar([1, 2], [3, 4])",
                "print(plt.get_backend())");

        // The first figure waits for a list of all fonts to be made.
        var pid = post(
                        "/code/run",
                        "{\"code\":\"" + code
                                + "\",\"language\":\"python\",\"captureCharts\":true,\"timeoutMs\":200000,\"waitMs\":0}")
                .field("pid");
        var result = get("/process/" + pid + "/result?waitMs=20000");
        while (result.status() == 202) {
            result = get("/process/" + pid + "/result?waitMs=20000");
        }

        assertThat(result.json()).as(result.text()).containsEntry("exitCode", 0).containsEntry("truncated", false);
        assertThat(result.field("stdout")).isEqualToIgnoringCase("agg\n");
        var charts = Objects.requireNonNull((List<?>) result.json().get("charts"));
        assertThat(charts).hasSize(2);
        assertPicture(charts.get(0), 300, 200, Color.RED);
        assertPicture(charts.get(1), 200, 50, Color.BLUE);
    }

    private static void assertPicture(@Nullable Object chart, int width, int height, Color around) throws IOException {
        var told = Objects.requireNonNull((Map<?, ?>) chart);
        assertThat(told.get("type")).isEqualTo("image");
        assertThat(told.get("mimeType")).isEqualTo("image/png");
        var bytes = Base64.getDecoder().decode(Objects.requireNonNull((String) told.get("data")));
        var picture = ImageIO.read(new ByteArrayInputStream(bytes));
        assertThat(picture.getWidth()).isEqualTo(width);
        assertThat(picture.getHeight()).isEqualTo(height);
        assertThat(new Color(picture.getRGB(0, 0))).isEqualTo(around);
        assertThat(new Color(picture.getRGB(width / 4, height / 4))).isNotEqualTo(around);
    }

    @Test
    void a_busy_session_takes_commands_and_runs_them_in_their_turn() {
        post("/sessions", "{\"id\":\"busy\"}");
        var first = exec("{\"command\":\"until [ -e /tmp/go ]; do sleep 0.05; done; export A=1\",\"wait\":false}", 201);
        var second = exec("{\"command\":\"echo $A; export A=2\",\"wait\":false}", 201);
        var third = exec("{\"command\":\"echo $A\",\"waitMs\":0}", 202);
        assertThat(List.of(first, second, third)).doesNotHaveDuplicates();
        assertThat(get("/process/" + second + "/result").status()).isEqualTo(202);

        post("/files/write", "{\"path\":\"/tmp/go\",\"content\":\"\"}");

        assertThat(get("/process/" + second + "/result?waitMs=20000").field("stdout"))
                .isEqualTo("1\n");
        assertThat(get("/process/" + third + "/result?waitMs=20000").field("stdout"))
                .isEqualTo("2\n");
        delete("/sessions/busy");
    }

    private static String exec(String body, int status) {
        var answer = post("/sessions/busy/exec", body);
        assertThat(answer.status()).as(answer.text()).isEqualTo(status);
        return answer.field("pid");
    }

    @Test
    void a_session_keeps_where_it_is() {
        assertThat(post("/sessions", "{\"id\":\"one\",\"env\":{\"A\":\"1\"}}").status())
                .isEqualTo(201);
        assertThat(post("/sessions", "{\"id\":\"one\"}").code()).isEqualTo(4009);
        post("/sessions/one/exec", "{\"command\":\"cd /var && export B=2\"}");

        assertThat(post("/sessions/one/exec", "{\"command\":\"pwd; echo $A$B\"}")
                        .field("stdout"))
                .isEqualTo("/var\n12\n");
        var begun = post("/sessions/one/exec", "{\"command\":\"echo quick\",\"wait\":false}");
        assertThat(begun.status()).isEqualTo(201);
        assertThat(get("/process/" + begun.field("pid") + "/result").field("stdout"))
                .isEqualTo("quick\n");
        assertThat(post("/sessions/one/exec", "{\"command\":\"sleep 60\",\"timeoutMs\":200}")
                        .field("timedOut"))
                .isEqualTo("true");
        assertThat(get("/sessions/one").field("cwd")).isEqualTo("/var");
        assertThat(get("/sessions").data()).hasSize(1);
        assertThat(delete("/sessions/one").status()).isEqualTo(204);
        assertThat(get("/sessions/one").code()).isEqualTo(4006);
        assertThat(post("/sessions", "{\"cwd\":\"/no/such\"}").code()).isEqualTo(3001);
        assertThat(post("/sessions", "{\"cwd\":\"/etc/passwd\"}").code()).isEqualTo(3008);
        assertThat(post("/sessions", "{\"user\":\"nobody-here\"}").code()).isEqualTo(4004);
        post("/sessions", "{\"id\":\"brief\",\"timeoutMs\":1000}");
        var expired = get("/sessions/brief");
        while (expired.status() == 200) {
            expired = get("/sessions/brief");
        }
        assertThat(expired.code()).isEqualTo(4007);
        for (int i = 0; i < 10; i++) {
            assertThat(post("/sessions", "{}").status()).isEqualTo(201);
        }
        assertThat(post("/sessions", "{}").code()).isEqualTo(9006);
        get("/sessions").data().forEach(session -> delete("/sessions/" + session.get("id")));
    }

    @Test
    void a_stream_brings_the_output_as_events() throws Exception {
        requireStreams();
        var request = "{\"command\":\"echo out; sleep 0.2; echo err >&2; exit 3\"}";
        var events = new ArrayList<String>();
        String id;
        try (var client = HttpClient.newHttpClient()) {
            var answer = client.send(streamOf(request), HttpResponse.BodyHandlers.ofInputStream());
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.headers().firstValue("content-type")).hasValue("text/event-stream");
            assertThat(answer.headers().firstValue("x-ratelimit-limit")).isPresent();
            id = answer.headers().firstValue("x-request-id").orElse("");
            try (var lines = lines(answer)) {
                lines.lines().filter(line -> !line.isEmpty()).forEach(events::add);
            }
        }
        assertThat(id).isNotEmpty();
        assertThat(events.get(0)).isEqualTo("event: start");
        assertThat(events.subList(2, 6))
                .containsExactly(
                        "event: stdout",
                        "data: {\"data\":\"b3V0Cg==\"}",
                        "event: stderr",
                        "data: {\"data\":\"ZXJyCg==\"}");
        assertThat(events.get(6)).isEqualTo("event: exit");
        assertThat(events.get(7)).contains("\"exitCode\":3").doesNotContain("stdout");
    }

    @Test
    void what_cannot_be_streamed_is_an_ordinary_error() {
        requireStreams();
        assertThat(post("/process/run/stream", "{\"command\":\"true\",\"cwd\":\"/no/such\"}")
                        .code())
                .isEqualTo(3001);
        assertThat(post("/process/run/stream", "{\"command\":\"/no/such\",\"useShell\":false}")
                        .code())
                .isEqualTo(4004);
        assertThat(post("/process/run/stream", "{}").code()).isEqualTo(9004);
        assertThat(stack.post("/api/v1/sandboxes/none/process/run/stream", "{\"command\":\"true\"}")
                        .code())
                .isEqualTo(2001);
    }

    @Test
    void a_stream_from_a_sandbox_that_is_stopped_ends_with_the_error() throws Exception {
        requireStreams();
        stack.post("/api/v1/sandboxes", "{\"name\":\"streamed\"}");
        var path = "/api/v1/sandboxes/streamed";
        try (var client = HttpClient.newHttpClient()) {
            var answer = client.send(
                    streamOf(path, "{\"command\":\"sleep 600\"}"), HttpResponse.BodyHandlers.ofInputStream());
            try (var lines = lines(answer)) {
                assertThat(lines.readLine()).isEqualTo("event: start");
                stack.post(path + "/stop", "{\"force\":true}");
                assertThat(lines.lines().toList())
                        .contains("event: error")
                        .anyMatch(line -> line.startsWith("data: ") && line.contains("\"code\":4003"));
            }
        }
        stack.delete(path);
    }

    /** Thirty megabytes, of which the client takes none at first; all of them come, and the agent has not grown by them. */
    @Test
    void a_slow_client_gets_everything() throws Exception {
        requireStreams();
        try (var client = HttpClient.newHttpClient()) {
            var answer = client.send(
                    streamOf("{\"command\":\"exec head -c 30000000 /dev/zero\"}"),
                    HttpResponse.BodyHandlers.ofInputStream());
            long bytes = 0;
            var exited = false;
            try (var lines = lines(answer)) {
                var start = lines.readLine();
                var pid = lines.readLine().replaceAll("\\D", "");
                assertThat(start).isEqualTo("event: start");
                // The process is there as long as nobody reads.
                for (var until = System.nanoTime() + Duration.ofSeconds(2).toNanos(); System.nanoTime() < until; ) {
                    assertThat(get("/process/" + pid).field("state")).isNotEqualTo("exited");
                    Eventually.pause();
                }
                for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                    exited |= line.equals("event: exit");
                    if (line.startsWith("data: {\"data\":\"")) {
                        bytes += Base64.getDecoder().decode(line.substring(15, line.length() - 2)).length;
                    }
                }
            }
            assertThat(bytes).isEqualTo(30_000_000);
            assertThat(exited).isTrue();
        }
    }

    /** Also after there was something to tell: a client that waits twenty seconds at most hears something in time. */
    @Test
    @Tag("slow")
    void a_stream_is_never_silent_for_longer_than_fifteen_seconds() throws Exception {
        requireStreams();
        try (var client = HttpClient.newHttpClient()) {
            var answer = client.send(
                    streamOf("{\"command\":\"sleep 2; echo told; sleep 32\"}"),
                    HttpResponse.BodyHandlers.ofInputStream());
            try (var lines = lines(answer)) {
                var longest = Duration.ZERO;
                var heard = System.nanoTime();
                for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                    var silence = Duration.ofNanos(System.nanoTime() - heard);
                    longest = silence.compareTo(longest) > 0 ? silence : longest;
                    heard = System.nanoTime();
                }
                assertThat(longest).isBetween(Duration.ofSeconds(12), Duration.ofSeconds(18));
            }
        }
    }

    @Test
    void who_closes_the_stream_ends_the_command_also_a_silent_one() throws Exception {
        requireStreams();
        String pid;
        try (var client = HttpClient.newHttpClient()) {
            var answer = client.send(
                    streamOf("{\"command\":\"trap '' TERM; sleep 600\"}"), HttpResponse.BodyHandlers.ofInputStream());
            try (var lines = lines(answer)) {
                lines.readLine();
                pid = lines.readLine().replaceAll("\\D", "");
            }
        }

        while (!get("/process/" + pid).field("state").equals("exited")) {
            Eventually.pause();
        }
        assertThat(get("/process/" + pid + "/result").field("signal")).isEqualTo("SIGKILL");
    }

    @Test
    void a_sandbox_has_a_main_process_in_every_life() {
        var made = stack.post(
                "/api/v1/sandboxes",
                "{\"name\":\"main\",\"entrypoint\":[\"/bin/sh\",\"-c\"],\"args\":[\"echo up; sleep 600\"]}");
        assertThat(made.status()).as(made.text()).isEqualTo(201);
        var path = "/api/v1/sandboxes/main";
        for (int life = 0; life < 2; life++) {
            var main = stack.get(path + "/process").data().stream()
                    .filter(info -> "entrypoint".equals(info.get("tag")))
                    .findFirst()
                    .orElseThrow();
            assertThat(stack.get(path + "/process/" + main.get("pid") + "/output?waitMs=5000")
                            .text())
                    .contains("up\\n");
            assertThat(stack.delete(path + "/process/" + main.get("pid") + "?signal=SIGKILL&wait=true")
                            .status())
                    .isEqualTo(200);
            assertThat(stack.get(path).field("state")).isEqualTo("running");
            stack.post(path + "/restart", "{\"force\":true}");
        }
        stack.delete(path + "?force=true");
        var impossible = stack.post("/api/v1/sandboxes", "{\"entrypoint\":[\"/no/such/program\"]}");
        assertThat(impossible.code()).isEqualTo(9004);
        assertThat(impossible.text()).contains("not found");
    }

    /** Where each sandbox has a machine, nothing stands before its agent that could hold a stream open. */
    private static void requireStreams() {
        assume(!FakeCloud.isEverywhere(), "process/run/stream is not offered with a MicroVM for each sandbox (9007)");
    }

    private static HttpRequest streamOf(String body) {
        return streamOf(SANDBOX, body);
    }

    private static HttpRequest streamOf(String sandbox, String body) {
        return HttpRequest.newBuilder(URI.create(stack.ready("url") + sandbox + "/process/run/stream"))
                .header("X-API-Key", stack.adminKey())
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
    }

    private static BufferedReader lines(HttpResponse<InputStream> answer) {
        return new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8));
    }
}
