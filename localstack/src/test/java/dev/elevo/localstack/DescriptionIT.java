package dev.elevo.localstack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elevo.contract.testing.Eventually;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Real answers of every area, held against the description that is served: their statuses, headers, shapes and codes. */
class DescriptionIT {
    private static final String V1 = "/api/v1";

    @RegisterExtension
    static final SharedStack SHARED = new SharedStack();

    private static RunningStack stack;
    private static DescribedAnswers described;

    private final List<String> wrong = new ArrayList<>();

    @BeforeAll
    static void start() throws IOException {
        stack = SHARED.get();
        described =
                new DescribedAnswers(stack.get("/openapi.yaml", "X-API-Key", "").text());
    }

    private RunningStack.Answer call(String method, String target, String body) {
        var answer = stack.call(method, target, body);
        wrong.addAll(described.wrong(method, target, answer));
        return answer;
    }

    private RunningStack.Answer get(String target) {
        return call("GET", target, "");
    }

    private RunningStack.Answer post(String target, String body) {
        return call("POST", target, body);
    }

    @Test
    void the_description_is_served_at_both_places() {
        assertThat(stack.get(V1 + "/openapi.yaml", "X-API-Key", "").text())
                .isEqualTo(stack.get("/openapi.yaml", "X-API-Key", "").text())
                .startsWith("openapi: 3.0.3");
    }

    @Test
    void sandboxes_and_what_is_in_them_answer_as_described() {
        var made = post(V1 + "/sandboxes", "{\"labels\":{\"a\":\"b\"},\"metadata\":{\"c\":\"d\"}}");
        var box = V1 + "/sandboxes/" + made.field("id");
        get(box + "?expand=snapshot,volumes,metrics");
        get(V1 + "/sandboxes?limit=5");
        get(V1 + "/sandboxes?cursor=");
        get(V1 + "/sandboxes?limit=0");
        get(V1 + "/sandboxes?cursor=none");
        get(V1 + "/sandboxes/none");
        post(V1 + "/sandboxes", "{\"name\":\"NO\"}");
        post(V1 + "/sandboxes", "{\"name\":");
        call("PATCH", box, "{\"labels\":{\"x\":\"y\"}}");
        call("PATCH", box + "/timeout", "{\"timeoutMs\":600000}");
        get(box + "/metrics");
        get(box + "/host?port=8000");
        get(box + "/preview-url?port=8000");
        get(V1 + "/stats");
        call("DELETE", box, "");

        files(box);
        processes(box);
        git(box);
        get(box + "/lsp/servers");
        post(box + "/lsp/servers", "{\"language\":\"cobol\",\"projectPath\":\"/tmp\"}");
        post(box + "/lsp/hover", "{\"path\":\"/tmp/a.py\",\"position\":{\"line\":0,\"character\":0}}");

        var snapshot = post(V1 + "/snapshots", "{\"name\":\"described\",\"sandboxId\":\"" + made.field("id") + "\"}");
        get(V1 + "/snapshots?expand=sandbox");
        get(V1 + "/snapshots/" + snapshot.field("id"));
        post(V1 + "/snapshots", "{\"name\":\"described\",\"sandboxId\":\"" + made.field("id") + "\"}");
        Eventually.await(
                () -> stack.get(V1 + "/snapshots/described").field("state").equals("available"));
        call("DELETE", V1 + "/snapshots/described", "");

        post(box + "/pause", "");
        post(box + "/pause", "");
        post(box + "/resume", "");
        post(box + "/stop", "{\"force\":true}");
        call("DELETE", box + "?force=true", "");

        assertThat(wrong).isEmpty();
    }

    private void files(String box) {
        var files = box + "/files";
        post(files + "/mkdir", "{\"path\":\"/tmp/new\"}");
        post(files + "/mkdir", "{\"path\":\"/tmp/new\"}");
        post(files + "/write", "{\"path\":\"/tmp/new/a.txt\",\"content\":\"one\\ntwo\\n\"}");
        post(files + "/write", "{\"path\":\"relative\",\"content\":\"\"}");
        post(files + "/write-batch", "{\"files\":[{\"path\":\"/tmp/new/b\",\"content\":\"b\",\"mode\":\"600\"}]}");
        get(files + "?path=/tmp/new");
        get(files + "?path=/tmp/new&limit=1");
        get(files + "/stat?path=/tmp/new/a.txt");
        get(files + "/stat?path=/tmp/none");
        get(files + "/exists?path=/tmp/none");
        get(files + "/read?path=/tmp/new/a.txt");
        get(files + "/read?path=/tmp/new&format=bytes");
        get(files + "/download?path=/tmp/new/a.txt");
        get(files + "/download-url?path=/tmp/new/a.txt");
        post(files + "/upload-url", "{\"path\":\"/tmp/new/c\"}");
        post(files + "/copy", "{\"src\":\"/tmp/new/a.txt\",\"dst\":\"/tmp/new/d\"}");
        post(files + "/move", "{\"src\":\"/tmp/new/d\",\"dst\":\"/tmp/new/e\"}");
        post(files + "/chmod", "{\"path\":\"/tmp/new/e\",\"mode\":420}");
        post(files + "/find", "{\"path\":\"/tmp/new\",\"pattern\":\"*\"}");
        post(files + "/grep", "{\"path\":\"/tmp/new\",\"pattern\":\"two\",\"context\":1}");
        post(files + "/watch/ticket", "");
        call("DELETE", files + "?path=/tmp/new", "");
        call("DELETE", files + "?path=/tmp/new&recursive=true", "");
    }

    private void processes(String box) {
        post(box + "/process/run", "{\"command\":\"echo out; exit 3\"}");
        post(box + "/process/run", "{\"command\":\"\"}");
        var slow = post(box + "/process/run", "{\"command\":\"sleep 30\",\"waitMs\":0}");
        assertThat(slow.status()).isEqualTo(202);
        get(box + "/process/" + slow.field("pid"));
        get(box + "/process/" + slow.field("pid") + "/result?waitMs=0");
        get(box + "/process/" + slow.field("pid") + "/output");
        get(box + "/process?includeSystem=true");
        get(box + "/process/999999");
        post(box + "/process/" + slow.field("pid") + "/write", "{\"data\":\"x\"}");
        post(box + "/process/" + slow.field("pid") + "/ticket", "");
        call("DELETE", box + "/process/" + slow.field("pid") + "?wait=true&signal=SIGKILL", "");
        post(box + "/process/spawn", "{\"command\":\"true\",\"tag\":\"t\"}");
        post(box + "/code/run", "{\"language\":\"bash\",\"code\":\"echo hello\"}");
        post(box + "/code/run", "{\"language\":\"cobol\",\"code\":\"\"}");
        var session = post(box + "/sessions", "{}");
        post(box + "/sessions/" + session.field("id") + "/exec", "{\"command\":\"pwd\"}");
        post(box + "/sessions/" + session.field("id") + "/exec", "{\"command\":\"pwd\",\"wait\":false}");
        get(box + "/sessions");
        call("DELETE", box + "/sessions/" + session.field("id"), "");
        call("DELETE", box + "/sessions/" + session.field("id"), "");
        var pty = post(box + "/pty", "{\"cols\":90}");
        get(box + "/pty");
        post(box + "/pty/" + pty.field("pid") + "/resize", "{\"cols\":100,\"rows\":30}");
        post(box + "/pty/" + pty.field("pid") + "/write", "{\"data\":\"ls\\n\"}");
        call("DELETE", box + "/pty/" + pty.field("pid"), "");
        get(box + "/console");
    }

    private void git(String box) {
        var git = box + "/git";
        post(git + "/init", "{\"path\":\"/tmp/repo\"}");
        get(git + "/status?path=/tmp/repo");
        post(box + "/files/write", "{\"path\":\"/tmp/repo/a\",\"content\":\"a\"}");
        post(git + "/add", "{\"path\":\"/tmp/repo\",\"files\":[\".\"]}");
        post(
                git + "/commit",
                "{\"path\":\"/tmp/repo\",\"message\":\"first\",\"author\":\"A\",\"email\":\"a@example.org\"}");
        post(git + "/commit", "{\"path\":\"/tmp/repo\",\"message\":\"again\"}");
        get(git + "/log?path=/tmp/repo");
        get(git + "/diff?path=/tmp/repo");
        get(git + "/status?path=/tmp/none");
        post(git + "/branches", "{\"path\":\"/tmp/repo\",\"name\":\"side\"}");
        get(git + "/branches?path=/tmp/repo");
        post(git + "/checkout", "{\"path\":\"/tmp/repo\",\"target\":\"side\"}");
        post(git + "/merge", "{\"path\":\"/tmp/repo\",\"branch\":\"main\"}");
        post(git + "/reset", "{\"path\":\"/tmp/repo\"}");
        post(git + "/stash", "{\"path\":\"/tmp/repo\",\"action\":\"list\"}");
        post(git + "/push", "{\"path\":\"/tmp/repo\",\"remote\":\"nowhere\"}");
        post(git + "/checkout", "{\"path\":\"/tmp/repo\",\"target\":\"main\"}");
        call("DELETE", git + "/branches/side?path=/tmp/repo", "");
        call("DELETE", git + "/branches/side?path=/tmp/repo", "");
    }

    @Test
    void volumes_and_the_administration_answer_as_described() {
        post(V1 + "/volumes", "{\"name\":\"described\",\"sizeGB\":1}");
        post(V1 + "/volumes", "{\"name\":\"described\",\"sizeGB\":1}");
        get(V1 + "/volumes?expand=sandboxes");
        get(V1 + "/volumes/described");
        post(V1 + "/volumes/described/resize", "{\"sizeGB\":2}");
        call("DELETE", V1 + "/volumes/described", "");
        call("DELETE", V1 + "/volumes/described", "");

        get(V1 + "/config");
        get(V1 + "/users/me");
        get(V1 + "/system/status");
        get(V1 + "/system/metrics");
        get(V1 + "/audit/events?limit=3");
        get(V1 + "/audit/events?limit=3&format=ndjson");
        get("/health");
        var key = post(V1 + "/users/me/api-keys", "{\"name\":\"described\"}");
        get(V1 + "/users/me/api-keys");
        call("PATCH", V1 + "/users/me/api-keys/" + key.field("id"), "{\"name\":\"other\"}");
        call("DELETE", V1 + "/users/me/api-keys/" + key.field("id"), "");
        call("DELETE", V1 + "/users/me/api-keys/" + key.field("id"), "");
        post(V1 + "/admin/organizations", "{\"id\":\"described\"}");
        post(V1 + "/admin/organizations/described/users", "{\"id\":\"one\"}");
        get(V1 + "/admin/organizations/described/users");
        get(V1 + "/admin/organizations");
        post(V1 + "/auth/revoke", "");
        get("/swagger-ui");
        get("/console");
        get("/console/console.css");

        assertThat(wrong).isEmpty();
    }

    @Test
    void refusals_of_callers_are_described() {
        for (var header : List.of(
                Map.entry("X-API-Key", ""),
                Map.entry("X-API-Key", "ewk_unknown"),
                Map.entry("Authorization", "Basic x"))) {
            var answer = stack.call("GET", V1 + "/sandboxes", "", header.getKey(), header.getValue());
            assertThat(answer.status()).isEqualTo(401);
            wrong.addAll(described.wrong("GET", V1 + "/sandboxes", answer));
        }

        assertThat(wrong).isEmpty();
    }

    /** Whoever checks should see it when something is wrong. */
    @Test
    void an_answer_that_is_not_described_is_noticed() {
        var good = stack.get(V1 + "/config");
        assertThat(described.wrong("GET", V1 + "/config", good)).isEmpty();
        assertThat(described.wrong(
                        "GET",
                        V1 + "/config",
                        new RunningStack.Answer(
                                200, good.headers(), good.text().replace("\"apiVersion\"", "\"apiVersions\""))))
                .hasSize(2);
        assertThat(described.wrong("GET", V1 + "/config", new RunningStack.Answer(418, good.headers(), "{}")))
                .hasSize(1);
        assertThat(described.wrong("GET", V1 + "/nowhere", good)).hasSize(1);
    }
}
