package dev.elevo.functions.lsp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elevo.platform.sandbox.Sandbox;
import dev.elevo.platform.testing.Answer;
import dev.elevo.platform.testing.Events;
import dev.elevo.platform.testing.Surrounded;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Language servers through the function's handler, with an agent in memory. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LspFunctionTest {
    private Surrounded surrounded;
    private LspFunction function;
    private Sandbox sandbox;

    @BeforeAll
    void start() {
        surrounded = new Surrounded();
        function = surrounded.start(LspFunction::new);
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

    @Test
    void a_server_is_made_once_listed_found_told_of_files_and_stopped() {
        var body = "{\"language\":\"go\",\"projectPath\":\"/home/user/" + sandbox.id() + "\"}";
        var made = post("servers", body);
        assertThat(made.status()).isEqualTo(201);
        assertThat(made.header("location")).endsWith("/lsp/servers/" + made.textAt("id"));
        assertThat(made.body())
                .containsOnlyKeys(
                        "id", "language", "projectPath", "serverName", "running", "createdAt", "lastActivityAt");
        assertThat(post("servers", body).status()).isEqualTo(200);
        assertThat(ask(Events.get(path("servers"))).value("pagination.page")).isEqualTo(1);
        assertThat(ask(Events.get(path("servers?page=2&limit=100"))).data("id")).isEmpty();

        var one = "servers/" + made.textAt("id");
        assertThat(ask(Events.get(path(one))).textAt("language")).isEqualTo("go");
        assertThat(post(one + "/didOpen", "{\"path\":\"/a.go\",\"content\":\"\"}")
                        .value("success"))
                .isEqualTo(true);
        var changed = post(one + "/didChange", "{\"path\":\"/a.go\",\"changes\":[{\"text\":\"x\"}]}");
        assertThat(changed.body()).containsEntry("version", 2).containsEntry("success", true);
        assertThat(post(one + "/didClose", "{\"path\":\"/a.go\"}").status()).isEqualTo(200);
        assertThat(ask(Events.of("DELETE", path(one))).status()).isEqualTo(204);
        assertThat(ask(Events.of("DELETE", path(one))).outcome()).isEqualTo(6001);
    }

    /** Also by what is refused without a word to its host. */
    @Test
    void a_sandbox_that_does_not_run_has_none() {
        assertThat(ask(Events.get(path("servers"))).status()).isEqualTo(200);
        assertThat(ask(Events.get(path("servers/nonsense"))).outcome()).isEqualTo(6001);

        surrounded.stop(function, sandbox);

        for (var call : List.of("servers/nonsense", "servers/nonsense", "servers")) {
            assertThat(ask(Events.get(path(call))).outcome()).as(call).isEqualTo(2003);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "servers | {'language':'ruby','projectPath':'/'} | 6005",
                "servers | {'language':'','projectPath':'/'} | 9004",
                "servers | {'language':'go'} | 9004",
                "servers | {'language':'go','projectPath':'x'} | 3006",
                "servers | {'language':'go','projectPath':'/','initTimeout':999} | 9004",
                "servers | {'language':'go','projectPath':'/','settings':[]} | 9005",
                "servers/lsp-1/didOpen | {'path':'/a'} | 6001",
                "servers/lsp-000000000000/didOpen | {} | 9004",
                "servers/lsp-000000000000/didOpen | {'path':'/a'} | 6001",
                "servers/lsp-000000000000/didChange | {'path':'/a','changes':[]} | 9004",
                "servers/lsp-000000000000/didChange | {'path':'/a','changes':[{}]} | 9004",
                "servers/lsp-000000000000/didClose | {'path':'/a'} | 6001",
                "hover | {'path':'/a'} | 9004",
                "hover | {'path':'/a','position':{'line':-1,'character':0}} | 9004",
                "hover | {'path':'/a','position':{'line':0}} | 9004",
                "hover | {'path':'/a','position':{'line':'x','character':0}} | 9005",
                "completion | {'path':'/a','position':{'line':0,'character':0},'triggerKind':'other'} | 9004",
                "completion | {'path':'/a','position':{'line':0,'character':0},'triggerCharacter':'..'} | 9004",
                "rename | {'path':'/a','position':{'line':0,'character':0},'newName':''} | 9004",
                "rename | {'path':'/a','position':{'line':0,'character':0}} | 9004",
                "codeAction | {'path':'/a'} | 9004",
                "codeAction | {'path':'/a','range':{'start':{'line':0,'character':0},'end':{'line':0,'character':0}},"
                        + "'diagnostics':[{'range':{'start':{'line':0,'character':0},'end':{'line':0,'character':0}},"
                        + "'message':'x','severity':9}]} | 9004",
                "format | {'path':'/a','options':{'tabSize':17}} | 9004",
                "symbols/workspace | {'query':'','kinds':[27]} | 9004",
                "symbols/workspace | {'query':'','limit':1001} | 9004",
                "symbols/workspace | {} | 9004",
                "symbols/document | {} | 9004",
                "definition | {} | 9004",
                "references | {} | 9004",
                "diagnostics | {} | 9004",
                "signatureHelp | {} | 9004"
            })
    void what_breaks_a_rule_is_refused(String call, String body, int code) {
        var answer = post(call, body.replace('\'', '"'));

        assertThat(answer.outcome()).as(answer.text()).isEqualTo(code);
    }

    @Test
    void answers_have_the_shapes_of_the_contract() {
        var here = "{\"path\":\"/a.py\",\"position\":{\"line\":0,\"character\":0}";
        assertThat(post("hover", here + "}").textAt("hover.contents")).isEqualTo("x");
        assertThat(post("hover", here.replace("\"line\":0", "\"line\":9") + "}").text())
                .isEqualTo("{\"hover\":null}");
        assertThat(post("signatureHelp", here + "}").text()).isEqualTo("{\"signatureHelp\":null}");
        assertThat(post("definition", here + "}").textAt("locations.0.uri")).isEqualTo("file:///a.py");
        assertThat(post("references", here + "}").value("locations.0.range.end.character"))
                .isEqualTo(1);
        assertThat(post("rename", here + ",\"newName\":\"y\"}").text())
                .contains("\"changes\":{\"file:///a.py\":[{\"range\":", "\"newText\":\"y\"");
        assertThat(post("completion", here + "}").text()).isEqualTo("{\"isIncomplete\":false,\"items\":[]}");
        assertThat(post("diagnostics", "{\"path\":\"/a.py\"}").value("diagnostics.0.code"))
                .isEqualTo(7);
        assertThat(post("symbols/document", "{\"path\":\"/a.py\"}").textAt("symbols.0.kindName"))
                .isEqualTo("Variable");
        assertThat(post("symbols/workspace", "{\"query\":\"\"}").textAt("symbols.0.name"))
                .isEqualTo("x");
        assertThat(post("format", "{\"path\":\"/a.py\"}").text()).isEqualTo("{\"edits\":[]}");
        var range = "{\"start\":{\"line\":0,\"character\":0},\"end\":{\"line\":0,\"character\":1}}";
        assertThat(post(
                                "codeAction",
                                "{\"path\":\"/a.py\",\"range\":" + range
                                        + ",\"only\":[\"quickfix\"],\"diagnostics\":[{\"range\":" + range
                                        + ",\"message\":\"odd\",\"code\":\"x\"}]}")
                        .text())
                .isEqualTo("{\"actions\":[]}");
    }

    @Test
    void a_sandbox_that_is_not_there_is_2001() {
        var nowhere = Events.post("/api/v1/sandboxes/sbx-000000000000/lsp/symbols/document", "{\"path\":\"/a\"}");

        assertThat(ask(nowhere).outcome()).isEqualTo(2001);
        assertThat(ask(Events.get("/api/v1/sandboxes/sbx-000000000000/lsp/servers/1"))
                        .outcome())
                .as("also with a server that none can be")
                .isEqualTo(2001);
    }

    private String path(String call) {
        return "/api/v1/sandboxes/" + sandbox.id() + "/lsp/" + call;
    }

    private Answer post(String call, String body) {
        return ask(Events.post(path(call), body));
    }

    private Answer ask(Events request) {
        return Surrounded.ask(function, request);
    }
}
