package dev.elevo.functions.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elevo.contract.Failure;
import dev.elevo.contract.agent.InMemoryAgent;
import dev.elevo.contract.process.RunResult;
import dev.elevo.contract.process.ToolRun;
import dev.elevo.platform.http.DeclaredAccess;
import dev.elevo.platform.sandbox.Sandbox;
import dev.elevo.platform.sandbox.SandboxStore;
import dev.elevo.platform.testing.Answer;
import dev.elevo.platform.testing.Events;
import dev.elevo.platform.testing.SettableClock;
import dev.elevo.platform.testing.Surrounded;
import dev.elevo.platform.testing.Tokens;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Commands through the function's handler, on a real state table and with an agent in memory. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ProcessTest {
    private static final Failure LOST = new Failure.Unavailable("lost on its way", Duration.ofSeconds(1));

    /** The first pid the agent's double gives, and the second. */
    private static final int FIRST = 2;

    private static final int SECOND = 3;

    private Surrounded surrounded;
    private ProcessFunction function;
    private InMemoryAgent agent;
    private SettableClock clock;
    private SandboxStore store;
    private Sandbox sandbox;

    @BeforeAll
    void start() {
        surrounded = new Surrounded().with("elevo.max.wait.ms", 20_000);
        function = surrounded.start(ProcessFunction::new);
        agent = surrounded.agent();
        clock = surrounded.clock();
        store = function.context().getBean(SandboxStore.class);
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
        agent.fail(null);
        agent.loseAnswers(null);
    }

    @Test
    void a_command_that_ends_in_time_is_answered_with_its_result() {
        var answer = run("{\"command\":\"echo hello\"}");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body())
                .isEqualTo(Map.of(
                        "exitCode",
                        0,
                        "stdout",
                        "hello\n",
                        "stderr",
                        "",
                        "durationMs",
                        1,
                        "timedOut",
                        false,
                        "truncated",
                        false));
    }

    @Test
    void a_sandbox_may_be_called_by_its_name() {
        var answer = ask(
                Events.post("/api/v1/sandboxes/" + sandbox.name() + "/process/run", "{\"command\":\"echo hello\"}"));

        assertThat(answer.value("stdout")).isEqualTo("hello\n");
    }

    @Test
    void an_exit_code_is_a_result_and_no_error() {
        var answer = run("{\"command\":\"exit 7\"}");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.value("exitCode")).isEqualTo(7);
    }

    @Test
    void what_the_client_sends_reaches_the_command() {
        assertThat(run("{\"command\":\"cat\",\"input\":\"ü\"}").value("stdout")).isEqualTo("ü");
        assertThat(run("{\"command\":\"cat\",\"input\":\"ü\",\"encoding\":\"base64\"}")
                        .value("stdout"))
                .isEqualTo("w7w=");
        assertThat(run("{\"command\":\"true\",\"cwd\":\"/nowhere\"}").outcome()).isEqualTo(3001);
        assertThat(run("{\"command\":\"/nowhere\",\"useShell\":false}").outcome())
                .isEqualTo(4004);
    }

    @Test
    void a_command_that_takes_longer_is_202_and_its_result_is_fetched_later() {
        var begun = run("{\"command\":\"sleep 9\",\"waitMs\":0}");

        assertThat(begun.status()).isEqualTo(202);
        assertThat(begun.body())
                .containsOnlyKeys("pid", "state", "command", "startedAt")
                .containsEntry("pid", FIRST)
                .containsEntry("state", "running")
                .containsEntry("command", "sleep 9");
        assertThat(begun.header("location")).isEqualTo(path("/" + FIRST));
        var waiting = get("/" + FIRST + "/result?waitMs=0");
        assertThat(waiting.status()).isEqualTo(202);
        assertThat(waiting.body()).isEqualTo(begun.body());
        assertThat(get("/" + FIRST).value("state")).isEqualTo("sleeping");
    }

    @Test
    void the_result_of_a_call_for_a_repository_is_what_that_call_would_have_answered() {
        agent.endToolsWith(new RunResult(0, "main\0abc\0", "", null, null, 1, false, false));
        runTool("{\"action\":\"CHECKOUT\",\"path\":\"/r\",\"page\":0,\"limit\":0}");
        agent.endToolsWith(
                new RunResult(240, String.join("\0", "no_ref", "128", "x", ""), "", null, null, 1, false, false));
        runTool("{\"action\":\"CHECKOUT\",\"path\":\"/r\",\"page\":0,\"limit\":0}");

        assertThat(get("/" + FIRST + "/result").body())
                .isEqualTo(Map.of("branch", "main", "commit", "abc", "detached", false));
        assertThat(get("/" + SECOND + "/result").outcome()).isEqualTo(5008);
    }

    private void runTool(String mark) {
        agent.runTool(
                sandbox.id(), new ToolRun("git", List.of("git"), "/", Map.of(), 1000, 1000, 1000, null, mark), null);
    }

    @Test
    void the_result_of_what_has_ended_is_the_answer_the_run_would_have_given() {
        var answered = run("{\"command\":\"echo hello\"}");

        var fetched = get("/" + FIRST + "/result");

        assertThat(fetched.status()).isEqualTo(200);
        assertThat(fetched.body()).isEqualTo(answered.body());
        assertThat(get("/" + FIRST).body())
                .containsEntry("pid", FIRST)
                .containsEntry("command", "echo hello")
                .containsEntry("state", "exited")
                .containsEntry("exitCode", 0);
    }

    @Test
    void output_is_read_by_cursor_to_its_end() {
        run("{\"command\":\"echo 0123456789\"}");

        var first = get("/" + FIRST + "/output?limit=4&stream=stdout");
        var rest = get("/" + FIRST + "/output?encoding=base64&cursor=" + first.value("nextCursor"));

        assertThat(first.value("chunks")).isEqualTo(List.of(Map.of("stream", "stdout", "data", "0123", "offset", 0)));
        assertThat(first.value("ended")).isEqualTo(false);
        assertThat(first.value("droppedBytes")).isEqualTo(0);
        assertThat(rest.value("chunks"))
                .isEqualTo(List.of(Map.of("stream", "stdout", "data", "NDU2Nzg5Cg==", "offset", 4)));
        assertThat(rest.value("ended")).isEqualTo(true);
        assertThat(rest.value("exitCode")).isEqualTo(0);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {}                                          | command
            {"command":""}                              | command
            {"command":"x","args":["y"]}                | args
            {"command":"x","cwd":"relative"}            | cwd
            {"command":"x","env":{"1A":"y"}}            | env
            {"command":"x","user":"Root!"}              | user
            {"command":"x","shell":"sh"}                | shell
            {"command":"x","timeoutMs":0}               | timeoutMs
            {"command":"x","timeoutMs":86400001}        | timeoutMs
            {"command":"x","waitMs":-1}                 | waitMs
            {"command":"x","waitMs":20001}              | waitMs
            {"command":"x","encoding":"latin-1"}        | encoding
            {"command":"x","maxBuffer":0}               | maxBuffer
            {"command":"x","maxBuffer":10485761}        | maxBuffer
            """)
    void a_broken_rule_is_9004_with_the_field_and_runs_nothing(String body, String field) {
        var answer = run(body);

        assertThat(answer.outcome()).as("%s", answer.body()).isEqualTo(9004);
        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.textAt("error.details.fields.0.field")).startsWith(field);
        assertThat(get("/" + FIRST).outcome()).isEqualTo(4001);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"command\":", "{\"command\":7}", "{\"command\":\"x\",\"waitMs\":\"soon\"}", "[]"})
    void what_cannot_be_read_is_9005(String body) {
        assertThat(run(body).outcome()).isEqualTo(9005);
    }

    @ParameterizedTest
    @CsvSource({
        "/7, 4001",
        "/7/result, 4001",
        "/7/output, 4001",
        "/0, 9004",
        "/-1/result, 9004",
        "/one, 9005",
        "/2/result?waitMs=20001, 9004",
        "/2/result?waitMs=soon, 9005",
        "/2/output?limit=0, 9004",
        "/2/output?limit=1048577, 9004",
        "/2/output?waitMs=20001, 9004",
        "/2/output?stream=stdin, 9004",
        "/2/output?encoding=hex, 9004",
        "/2/output?cursor=forged, 9005"
    })
    void a_question_that_cannot_be_answered_is_refused(String target, int code) {
        run("{\"command\":\"true\"}");

        assertThat(get(target).outcome()).isEqualTo(code);
    }

    @Test
    void a_missing_sandbox_is_2001_and_so_is_one_of_another_organization() {
        var stranger = Tokens.hs256(Tokens.claims("stranger", clock.instant())
                .claim("org", "another")
                .claim("scopes", List.of("*")));

        assertThat(ask(Events.post("/api/v1/sandboxes/none-such/process/run", "{\"command\":\"true\"}"))
                        .outcome())
                .isEqualTo(2001);
        assertThat(as(stranger, Events.post(path("/run"), "{\"command\":\"true\"}"))
                        .outcome())
                .isEqualTo(2001);
        assertThat(as(stranger, Events.get(path("/" + FIRST))).outcome()).isEqualTo(2001);
    }

    @Test
    void a_sandbox_that_does_not_run_is_2003() {
        run("{\"command\":\"true\"}");
        surrounded.stop(function, sandbox);

        for (var refused : List.of(
                run("{\"command\":\"true\"}"),
                get("/" + FIRST),
                get("/" + FIRST + "/result"),
                get("/" + FIRST + "/output"))) {
            assertThat(refused.outcome()).isEqualTo(2003);
            assertThat(refused.value("error.details.state")).isEqualTo("stopped");
        }
    }

    @Test
    void a_sandbox_past_its_time_runs_nothing_even_before_the_sweeper_came() {
        clock.advance(Duration.ofMinutes(1));

        assertThat(run("{\"command\":\"true\"}").outcome()).isEqualTo(2003);
    }

    @Test
    void a_sandbox_its_host_has_lost_is_2003_until_the_sweeper_comes() {
        agent.lose(sandbox.id());

        assertThat(run("{\"command\":\"true\"}").outcome()).isEqualTo(2003);
    }

    @Test
    void using_a_sandbox_is_activity() {
        clock.advance(Duration.ofSeconds(30));

        run("{\"command\":\"true\"}");

        assertThat(store.find(Surrounded.ORGANIZATION, sandbox.id())
                        .orElseThrow()
                        .times()
                        .lastActivityAt())
                .isEqualTo(clock.stored());
    }

    @Test
    void a_host_that_does_not_answer_is_9002() {
        agent.fail(LOST);

        var answer = run("{\"command\":\"true\"}");

        assertThat(answer.outcome()).isEqualTo(9002);
        assertThat(answer.header("retry-after")).isEqualTo("1");
    }

    @Test
    void a_repeat_with_the_key_is_answered_alike_and_starts_nothing() {
        var first = ask(sleep().header("x-idempotency-key", "same"));
        var second = ask(sleep().header("x-idempotency-key", "same"));

        assertThat(second.body()).isEqualTo(first.body());
        assertThat(second.header("x-idempotent-replayed")).isEqualTo("true");
        assertThat(get("/" + SECOND).outcome()).isEqualTo(4001);
    }

    @Test
    void a_command_whose_answer_was_lost_is_not_started_again_by_a_repeat_with_the_key() {
        agent.loseAnswers(LOST);
        assertThat(ask(sleep().header("x-idempotency-key", "same")).outcome()).isEqualTo(9002);
        agent.loseAnswers(null);

        var repeated = ask(sleep().header("x-idempotency-key", "same"));

        assertThat(repeated.status()).isEqualTo(202);
        assertThat(repeated.value("pid")).isEqualTo(FIRST);
        assertThat(get("/" + SECOND).outcome()).isEqualTo(4001);
    }

    @Test
    void requests_with_other_keys_or_none_are_others() {
        assertThat(ask(sleep().header("x-idempotency-key", "one")).value("pid")).isEqualTo(FIRST);
        assertThat(ask(sleep().header("x-idempotency-key", "two")).value("pid")).isEqualTo(SECOND);
        assertThat(ask(sleep()).value("pid")).isEqualTo(SECOND + 1);
        assertThat(ask(sleep()).value("pid")).isEqualTo(SECOND + 2);
    }

    @Test
    void without_the_scope_nothing_is_run_or_read() {
        var reader = Tokens.hs256(Tokens.claims("reader", clock.instant())
                .claim("org", Surrounded.ORGANIZATION)
                .claim("scopes", List.of("sandbox:read", "sandbox:write", "files:*")));

        for (var request : List.of(
                sleep(),
                Events.get(path("/" + FIRST)),
                Events.get(path("/" + FIRST + "/result")),
                Events.get(path("/" + FIRST + "/output")))) {
            var answer = as(reader, request);
            assertThat(answer.outcome()).isEqualTo(1005);
            assertThat(answer.value("error.details.required")).isEqualTo(List.of("sandbox:exec"));
        }
        assertThat(get("/" + FIRST).outcome()).isEqualTo(4001);
    }

    @Test
    void every_endpoint_says_who_may_call_it() {
        assertThat(DeclaredAccess.missing(function.context())).isEmpty();
    }

    private Events sleep() {
        return Events.post(path("/run"), "{\"command\":\"sleep 9\",\"waitMs\":0}");
    }

    private Answer run(String body) {
        return ask(Events.post(path("/run"), body));
    }

    private Answer get(String target) {
        return ask(Events.get(path(target)));
    }

    private String path(String target) {
        return "/api/v1/sandboxes/" + sandbox.id() + "/process" + target;
    }

    private Answer ask(Events request) {
        return Surrounded.ask(function, request);
    }

    private Answer as(String token, Events request) {
        return Answer.of(function.handle(request.bearer(token).event()));
    }
}
