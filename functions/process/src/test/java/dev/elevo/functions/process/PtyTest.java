package dev.elevo.functions.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import dev.elevo.contract.agent.PtyAgent;
import dev.elevo.platform.sandbox.Sandbox;
import dev.elevo.platform.testing.Answer;
import dev.elevo.platform.testing.Events;
import dev.elevo.platform.testing.Surrounded;
import dev.elevo.platform.testing.Tokens;
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

/** Terminals through the function's handler, with an agent in memory. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PtyTest {
    private Surrounded surrounded;
    private ProcessFunction function;
    private Sandbox sandbox;

    @BeforeAll
    void start() {
        surrounded = new Surrounded();
        function = surrounded.start(ProcessFunction::new);
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
        surrounded.ptys().fail(null);
    }

    @Test
    void a_terminal_is_opened_with_everything_by_default() {
        var answer = ask(Events.post(path(""), "{}"));

        assertThat(answer.status()).isEqualTo(201);
        assertThat(answer.header("location")).isEqualTo(path("/" + answer.value("pid")));
        assertThat(answer.body())
                .containsOnlyKeys(
                        "pid", "cols", "rows", "cwd", "user", "shell", "createdAt", "lastActivityAt", "active")
                .containsEntry("cols", 80)
                .containsEntry("rows", 24)
                .containsEntry("active", true);
        assertThat(ask(Events.post(path(""), "")).status())
                .as("no body is an empty one")
                .isEqualTo(201);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"cols":9}            | cols
            {"cols":501}          | cols
            {"rows":4}            | rows
            {"rows":201}          | rows
            {"cwd":"x"}           | cwd
            {"env":{"1":"x"}}     | env
            {"user":"No"}         | user
            {"shell":"bash"}      | shell
            {"term":""}           | term
            {"timeoutMs":-1}      | timeoutMs
            {"timeoutMs":86400001}| timeoutMs
            """)
    void a_broken_rule_is_9004_with_the_field(String body, String field) {
        var answer = ask(Events.post(path(""), body));

        assertThat(answer.outcome()).as(answer.text()).isEqualTo(9004);
        assertThat(answer.textAt("error.details.fields.0.field")).startsWith(field);
    }

    @Test
    void it_is_listed_found_resized_written_to_and_ended() {
        var pid = open();

        assertThat(ask(Events.get(path(""))).data("pid")).containsExactly(pid);
        assertThat(ask(Events.get(path(""))).value("pagination.total")).isEqualTo(1);
        assertThat(post(pid, "/resize", "{\"cols\":500,\"rows\":5}").body())
                .isEqualTo(Map.of("pid", pid, "cols", 500, "rows", 5));
        assertThat(post(pid, "/write", "{\"data\":\"ls\\n\"}").body())
                .containsEntry("success", true)
                .containsEntry("bytesWritten", 3)
                .containsKey("message");
        assertThat(post(pid, "/write", "{\"data\":\"/w==\",\"encoding\":\"base64\"}")
                        .value("bytesWritten"))
                .isEqualTo(1);
        assertThat(surrounded.ptys().typedOn(pid)).containsExactly('l', 's', '\n', (byte) 0xff);
        assertThat(ask(Events.of("DELETE", path("/" + pid))).status()).isEqualTo(204);

        var ended = ask(Events.get(path("/" + pid)));
        assertThat(ended.body()).containsEntry("active", false).containsEntry("exitCode", -1);
        assertThat(post(pid, "/resize", "{\"cols\":80,\"rows\":24}").outcome()).isEqualTo(4105);
        assertThat(post(pid, "/write", "{\"data\":\"x\"}").outcome()).isEqualTo(4104);
        assertThat(ask(Events.of("DELETE", path("/" + pid))).outcome()).isEqualTo(4100);
        assertThat(ask(Events.get(path(""))).data("pid")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            /resize | {"cols":80}                        | 9004
            /resize | {"cols":9,"rows":24}               | 9004
            /resize | {"cols":"wide","rows":24}          | 9005
            /write  | {}                                 | 9004
            /write  | {"data":"x","encoding":"hex"}      | 9004
            /write  | {"data":"?","encoding":"base64"}   | 9004
            """)
    void what_cannot_be_done_with_one_is_refused(String action, String body, int code) {
        assertThat(post(open(), action, body).outcome()).isEqualTo(code);
    }

    @Test
    void the_eleventh_is_one_too_many() {
        for (int i = 0; i < PtyAgent.MOST; i++) {
            open();
        }

        var answer = ask(Events.post(path(""), "{}"));

        assertThat(answer.status()).isEqualTo(429);
        assertThat(answer.outcome()).isEqualTo(4102);
    }

    @Test
    void one_that_is_not_there_is_4100() {
        assertThat(ask(Events.get(path("/7"))).outcome()).isEqualTo(4100);
        assertThat(ask(Events.of("DELETE", path("/7"))).outcome()).isEqualTo(4100);
        assertThat(post(7, "/write", "{\"data\":\"x\"}").outcome()).isEqualTo(4100);
        assertThat(post(7, "/resize", "{\"cols\":80,\"rows\":24}").outcome()).isEqualTo(4100);
        assertThat(ask(Events.get(path("/0"))).outcome()).isEqualTo(9004);
    }

    @Test
    void a_sandbox_without_room_for_another_shell_has_all_its_terminals() {
        surrounded.ptys().fail(new Failure.Refused(ErrorCode.RESOURCE_EXHAUSTED, "no room"));

        assertThat(ask(Events.post(path(""), "{}")).outcome()).isEqualTo(4102);
    }

    @Test
    void a_sandbox_that_does_not_run_has_none() {
        var pid = open();
        surrounded.stop(function, sandbox);
        surrounded.ptys().fail(new Failure.Refused(ErrorCode.SANDBOX_NOT_RUNNING, "not running"));

        for (var request : List.of(Events.post(path(""), "{}"), Events.get(path("")), Events.get(path("/" + pid)))) {
            var refused = ask(request);
            assertThat(refused.outcome()).isEqualTo(2003);
            assertThat(refused.value("error.details.state")).isEqualTo("stopped");
        }
    }

    @Test
    void a_repeat_with_the_key_opens_no_second_one() {
        var first = ask(Events.post(path(""), "{}").header("x-idempotency-key", "one"));
        var second = ask(Events.post(path(""), "{}").header("x-idempotency-key", "one"));

        assertThat(second.body()).isEqualTo(first.body());
        assertThat(ask(Events.get(path(""))).data("pid")).hasSize(1);
    }

    @Test
    void the_scope_is_needed() {
        var reader = Tokens.hs256(Tokens.claims("reader", surrounded.clock().instant())
                .claim("org", Surrounded.ORGANIZATION)
                .claim("scopes", List.of("sandbox:read", "sandbox:write")));

        for (var request : List.of(
                Events.post(path(""), "{}"),
                Events.get(path("")),
                Events.get(path("/7")),
                Events.of("DELETE", path("/7")),
                Events.get("/api/v1/sandboxes/" + sandbox.id() + "/console"))) {
            assertThat(Answer.of(function.handle(request.bearer(reader).event()))
                            .outcome())
                    .isEqualTo(1005);
        }
    }

    @Test
    void a_list_is_paged_where_it_is_asked_for() {
        open();
        open();

        var all = ask(Events.get(path("")));
        assertThat(all.value("pagination.limit")).isEqualTo(all.value("pagination.total"));
        var second = ask(Events.get(path("?page=2&limit=1")));
        assertThat(second.data("pid")).hasSize(1);
        assertThat(second.value("pagination.page")).isEqualTo(2);
        assertThat(ask(Events.get(path("?page=0"))).outcome()).isEqualTo(9004);
        assertThat(ask(Events.get(path("?limit=x"))).outcome()).isEqualTo(9005);
    }

    @Test
    void what_is_typed_with_a_key_is_typed_once_though_its_answer_was_lost() {
        var pid = open();
        var typing =
                Events.post(path("/" + pid + "/write"), "{\"data\":\"a\"}").header("x-idempotency-key", "typed-" + pid);

        surrounded.ptys().loseAnswer();
        assertThat(ask(typing).outcome()).isEqualTo(9002);
        assertThat(ask(typing).status()).isEqualTo(200);

        assertThat(surrounded.ptys().typedOn(pid)).isEqualTo(new byte[] {'a'});
    }

    private int open() {
        return Integer.parseInt(ask(Events.post(path(""), "{}")).textAt("pid"));
    }

    private Answer post(int pid, String action, String body) {
        return ask(Events.post(path("/" + pid + action), body));
    }

    private String path(String suffix) {
        return "/api/v1/sandboxes/" + sandbox.id() + "/pty" + suffix;
    }

    private Answer ask(Events request) {
        return Surrounded.ask(function, request);
    }
}
