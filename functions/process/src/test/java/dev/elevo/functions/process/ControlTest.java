package dev.elevo.functions.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elevo.contract.Failure;
import dev.elevo.contract.agent.InMemoryAgent;
import dev.elevo.contract.sandbox.EndReason;
import dev.elevo.platform.sandbox.Ending;
import dev.elevo.platform.sandbox.Sandbox;
import dev.elevo.platform.sandbox.SandboxStore;
import dev.elevo.platform.testing.Answer;
import dev.elevo.platform.testing.Events;
import dev.elevo.platform.testing.Surrounded;
import dev.elevo.platform.testing.Tokens;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is left to itself, code and sessions, through the function's handler. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ControlTest {
    private static final Failure LOST = new Failure.Unavailable("lost on its way", Duration.ofSeconds(1));
    private static final int FIRST = 2;

    private Surrounded surrounded;
    private ProcessFunction function;
    private InMemoryAgent agent;
    private Sandbox sandbox;

    @BeforeAll
    void start() {
        surrounded = new Surrounded().with("elevo.max.wait.ms", 20_000);
        function = surrounded.start(ProcessFunction::new);
        agent = surrounded.agent();
    }

    @AfterAll
    void stop() {
        function.close();
        surrounded.close();
    }

    @BeforeEach
    void makeSandbox() {
        sandbox = surrounded.sandbox(function);
    }

    @AfterEach
    void heal() {
        agent.loseAnswers(null);
    }

    @Test
    void a_spawned_process_is_made_at_a_place_of_its_own() {
        var spawned = post("/process/spawn", "{\"command\":\"sleep 9\",\"tag\":\"mine\",\"timeoutMs\":0}");

        assertThat(spawned.status()).isEqualTo(201);
        assertThat(spawned.body())
                .containsOnlyKeys("pid", "command", "startedAt", "tag")
                .containsEntry("pid", FIRST)
                .containsEntry("tag", "mine");
        assertThat(spawned.header("location")).isEqualTo(path("/process/" + FIRST));
        assertThat(get("/process/" + FIRST).value("tag")).isEqualTo("mine");
        assertThat(get("/process/" + FIRST + "/result").outcome()).isEqualTo(4001);
        assertThat(post("/process/spawn", "{\"command\":\"sleep 9\"}").body()).doesNotContainKey("tag");
    }

    @Test
    void a_list_comes_whole_unless_a_page_of_it_is_asked_for() {
        for (int i = 0; i < 25; i++) {
            post("/process/spawn", "{\"command\":\"sleep " + i + "\"}");
        }
        post("/process/run", "{\"command\":\"true\"}");

        var whole = get("/process");
        var page = get("/process?page=2");
        assertThat(whole.data("pid")).hasSize(25);
        assertThat(whole.value("pagination.page")).isEqualTo(1);
        assertThat(whole.value("pagination.limit")).isEqualTo(25);
        assertThat(whole.value("pagination.totalPages")).isEqualTo(1);
        assertThat(whole.value("pagination.hasMore")).isEqualTo(false);
        assertThat(page.data("pid")).hasSize(5);
        assertThat(page.value("pagination.total")).isEqualTo(25);
        assertThat(get("/process?limit=10").value("pagination.hasMore")).isEqualTo(true);
        assertThat(get("/process?page=9").data("pid")).isEmpty();
        assertThat(get("/process?includeExited=true").data("pid")).hasSize(26);
        assertThat(get("/process?command=sleep%201*").data("pid")).hasSize(11);
        assertThat(get("/process?user=nobody").data("pid")).isEmpty();
    }

    @Test
    void a_process_is_killed_and_waited_for() {
        post("/process/spawn", "{\"command\":\"sleep 9\"}");
        post("/process/spawn", "{\"command\":\"sleep 9\"}");

        var told = delete("/process/" + FIRST);
        var waited = delete("/process/" + (FIRST + 1) + "?signal=SIGKILL&wait=true&timeoutMs=1");

        assertThat(told.status()).isEqualTo(200);
        assertThat(told.body())
                .containsEntry("success", true)
                .containsEntry("pid", FIRST)
                .containsEntry("signal", "SIGTERM")
                .containsEntry("exited", false)
                .containsKey("message")
                .doesNotContainKey("exitCode");
        assertThat(waited.value("exited")).isEqualTo(true);
        assertThat(waited.value("exitCode")).isEqualTo(-1);
        assertThat(delete("/process/" + FIRST).outcome()).isEqualTo(4001);
        assertThat(delete("/process/1").outcome()).isEqualTo(1002);
        post("/process/spawn", "{\"command\":\"sleep 9\"}");
        assertThat(delete("/process/" + (FIRST + 2) + "?signal=SIGCONT&wait=true")
                        .outcome())
                .isEqualTo(4002);
    }

    @Test
    void an_open_stdin_is_fed() {
        post("/process/spawn", "{\"command\":\"sleep 9\",\"stdin\":true}");
        var target = "/process/" + FIRST + "/write";

        assertThat(post(target, "{\"data\":\"12345\"}").body())
                .containsEntry("success", true)
                .containsEntry("bytesWritten", 5);
        assertThat(post(target, "{\"data\":\"1234567\"}").value("bytesWritten")).isEqualTo(5);
        assertThat(post(target, "{\"eof\":true}").value("bytesWritten")).isEqualTo(0);
        assertThat(post(target, "{\"data\":\"x\"}").outcome()).isEqualTo(4005);
        assertThat(post("/process/77/write", "{\"data\":\"x\"}").outcome()).isEqualTo(4001);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            POST   | /process/spawn     | {}                                       | 9004
            POST   | /process/spawn     | {"command":"x","timeoutMs":-1}           | 9004
            POST   | /process/spawn     | {"command":"x","args":["y"]}             | 9004
            POST   | /process/spawn     | {"command":"x","tag":7}                  | 9005
            POST   | /process/spawn     | {"command":"true","cwd":"/nowhere"}      | 3001
            POST   | /process/spawn     | {"command":"true","cwd":"/file"}         | 3008
            POST   | /process/spawn     | {"command":"/nowhere","useShell":false}  | 4004
            GET    | /process?limit=0   |                                          | 9004
            GET    | /process?limit=101 |                                          | 9004
            GET    | /process?page=0    |                                          | 9004
            GET    | /process?includeSystem=yes |                                  | 9005
            DELETE | /process/0         |                                          | 9004
            DELETE | /process/2?signal=SIGPWR |                                    | 9004
            DELETE | /process/2?wait=perhaps |                                     | 9005
            DELETE | /process/2?timeoutMs=0 |                                      | 9004
            DELETE | /process/2?timeoutMs=60001 |                                  | 9004
            DELETE | /process/77        |                                          | 4001
            POST   | /process/0/write   | {"data":"x"}                             | 9004
            POST   | /process/2/write   | {}                                       | 9004
            POST   | /process/2/write   | {"data":"!","encoding":"base64"}         | 9004
            POST   | /process/2/write   | {"data":"x","encoding":"hex"}            | 9004
            POST   | /code/run          | {"code":"x"}                             | 9004
            POST   | /code/run          | {"code":"","language":"bash"}            | 9004
            POST   | /code/run          | {"code":"x","language":"cobol"}          | 9004
            POST   | /code/run          | {"code":"x","language":"bash","waitMs":20001} | 9004
            POST   | /code/run          | {"code":"x","language":"python"}         | 4008
            POST   | /code/run          | {"code":"x","language":"bash","cwd":"/nowhere"} | 3001
            POST   | /sessions          | {"id":"a b"}                             | 9004
            POST   | /sessions          | {"timeoutMs":999}                        | 9004
            POST   | /sessions          | {"env":{"1":"x"}}                        | 9004
            POST   | /sessions/none/exec | {"command":"true"}                      | 4006
            POST   | /sessions/expired/exec | {"command":"true"}                   | 4007
            POST   | /sessions/none/exec | {"command":"true","timeoutMs":600001}   | 9004
            POST   | /sessions/none/exec | {}                                      | 9004
            GET    | /sessions/none     |                                          | 4006
            GET    | /sessions/a%20b    |                                          | 4006
            GET    | /sessions?limit=0  |                                          | 9004
            DELETE | /sessions/none     |                                          | 4006
            DELETE | /sessions/expired1 |                                          | 4007
            POST   | /process/run/stream | {}                                      | 9004
            """)
    void a_request_that_cannot_be_is_refused(String method, String target, String body, int code) {
        var request = Events.of(method, path(target));
        if (body != null) {
            request.header("content-type", "application/json").body(body);
        }

        var answer = Surrounded.ask(function, request);

        assertThat(answer.outcome()).as("%s", answer.body()).isEqualTo(code);
    }

    @Test
    void too_much_input_is_refused() {
        post("/process/spawn", "{\"command\":\"sleep 9\",\"stdin\":true}");

        assertThat(post("/process/" + FIRST + "/write", "{\"data\":\"" + "x".repeat(1_048_577) + "\"}")
                        .outcome())
                .isEqualTo(9004);
    }

    @Test
    void code_is_answered_like_a_command_and_with_charts_where_they_are_wanted() {
        var plain = post("/code/run", "{\"code\":\"echo hi\",\"language\":\"bash\"}");
        var drawn = post("/code/run", "{\"code\":\"echo hi\",\"language\":\"bash\",\"captureCharts\":true}");
        var slow = post("/code/run", "{\"code\":\"sleep 9\",\"language\":\"bash\",\"waitMs\":0}");

        assertThat(plain.value("stdout")).isEqualTo("hi\n");
        assertThat(plain.body()).doesNotContainKey("charts");
        assertThat(drawn.value("charts")).isEqualTo(List.of());
        assertThat(slow.status()).isEqualTo(202);
        assertThat(slow.header("location")).isEqualTo(path("/process/" + slow.value("pid")));
    }

    @Test
    void a_session_is_made_used_and_ended() {
        var made = post("/sessions", "{\"id\":\"one\",\"env\":{\"A\":\"1\"}}");
        assertThat(made.status()).isEqualTo(201);
        assertThat(made.header("location")).isEqualTo(path("/sessions/one"));
        assertThat(made.body())
                .containsOnlyKeys(
                        "id", "createdAt", "lastActivityAt", "cwd", "user", "env", "commandHistory", "active");
        assertThat(post("/sessions", "{\"id\":\"one\"}").outcome()).isEqualTo(4009);
        var other = Surrounded.ask(function, Events.of("POST", path("/sessions")));
        assertThat(other.status()).isEqualTo(201);
        assertThat(other.textAt("id")).matches("ses-[a-z0-9]{12}");

        assertThat(post("/sessions/one/exec", "{\"command\":\"echo hi\"}").value("stdout"))
                .isEqualTo("hi\n");
        var waiting = post("/sessions/one/exec", "{\"command\":\"sleep 9\",\"waitMs\":0}");
        assertThat(waiting.status()).isEqualTo(202);
        var begun = post("/sessions/one/exec", "{\"command\":\"echo hi\",\"wait\":false}");
        assertThat(begun.status()).isEqualTo(201);
        assertThat(begun.body()).containsOnlyKeys("pid", "command", "startedAt");
        assertThat(get("/sessions/one").value("commandHistory")).isEqualTo(List.of("echo hi", "sleep 9", "echo hi"));
        assertThat(get("/sessions").data("id")).contains("one").hasSize(2);
        assertThat(get("/sessions?limit=1").data("id")).hasSize(1);

        assertThat(delete("/sessions/one").status()).isEqualTo(204);
        assertThat(delete("/sessions/one").outcome()).isEqualTo(4006);
        for (int i = 0; i < 9; i++) {
            post("/sessions", "{}");
        }
        assertThat(post("/sessions", "{}").outcome()).isEqualTo(9006);
    }

    @Test
    void what_was_done_is_not_done_again_when_its_answer_was_lost() {
        agent.loseAnswers(LOST);
        for (var target : List.of("/process/spawn", "/sessions")) {
            assertThat(keyed(target).outcome()).isEqualTo(9002);
        }
        agent.loseAnswers(null);

        assertThat(keyed("/process/spawn").value("pid")).isEqualTo(FIRST);
        keyed("/sessions");

        assertThat(get("/process").data("pid")).hasSize(1);
        assertThat(get("/sessions").data("id")).hasSize(1);
    }

    private Answer keyed(String target) {
        return Surrounded.ask(
                function, Events.post(path(target), "{\"command\":\"sleep 9\"}").header("x-idempotency-key", "same"));
    }

    @Test
    void a_stream_is_elsewhere_and_the_way_there_is_told() {
        var answer = post("/process/run/stream", "{\"command\":\"sleep 9\"}");

        assertThat(answer.status()).isEqualTo(307);
        assertThat(answer.header("location")).startsWith("http://127.0.0.1:1/agent/v1/");
        assertThat(answer.header("cache-control")).isEqualTo("no-store");
        assertThat(answer.text()).isEmpty();
        for (int i = 0; i < 2; i++) {
            var keyed = Surrounded.ask(
                    function,
                    Events.post(path("/process/run/stream"), "{\"command\":\"true\"}")
                            .header("x-idempotency-key", "same"));
            assertThat(keyed.status()).isEqualTo(307);
            assertThat(keyed.headers()).doesNotContainKey("x-idempotent-replayed");
        }
    }

    @Test
    void what_is_not_running_is_told_before_anything_else_of_it() {
        var store = function.context().getBean(SandboxStore.class);
        store.replace(
                sandbox,
                sandbox.stopped(
                        Ending.bySystem(EndReason.REQUESTED), surrounded.clock().instant()));

        for (var refused : List.of(
                post("/process/spawn", "{\"command\":\"true\"}"),
                get("/process"),
                delete("/process/2"),
                post("/process/2/write", "{\"data\":\"x\"}"),
                post("/code/run", "{\"code\":\"x\",\"language\":\"bash\"}"),
                post("/process/run/stream", "{\"command\":\"true\"}"),
                post("/sessions", "{}"),
                get("/sessions"),
                get("/sessions/one"),
                delete("/sessions/one"),
                post("/sessions/one/exec", "{\"command\":\"true\"}"))) {
            assertThat(refused.outcome()).isEqualTo(2003);
        }
    }

    @Test
    void without_the_scope_nothing_is_done() {
        var reader = Tokens.hs256(Tokens.claims("reader", surrounded.clock().instant())
                .claim("org", Surrounded.ORGANIZATION)
                .claim("scopes", List.of("sandbox:read", "sandbox:write", "files:*")));

        for (var request : List.of(
                Events.post(path("/process/spawn"), "{\"command\":\"true\"}"),
                Events.get(path("/process")),
                Events.of("DELETE", path("/process/2")),
                Events.post(path("/process/2/write"), "{\"data\":\"x\"}"),
                Events.post(path("/code/run"), "{}"),
                Events.post(path("/process/run/stream"), "{}"),
                Events.post(path("/sessions"), "{}"),
                Events.get(path("/sessions")),
                Events.post(path("/sessions/one/exec"), "{}"))) {
            assertThat(Answer.of(function.handle(request.bearer(reader).event()))
                            .outcome())
                    .isEqualTo(1005);
        }
    }

    private Answer post(String target, String body) {
        return Surrounded.ask(function, Events.post(path(target), body));
    }

    private Answer get(String target) {
        return Surrounded.ask(function, Events.get(path(target)));
    }

    private Answer delete(String target) {
        return Surrounded.ask(function, Events.of("DELETE", path(target)));
    }

    private String path(String target) {
        return "/api/v1/sandboxes/" + sandbox.id() + target;
    }
}
