package dev.elevo.localstack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elevo.contract.testing.Eventually;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** An experiment in a real sandbox, reported over HTTP and followed over a WebSocket. */
final class RunsIT {
    private static final String RUNS = "/api/v1/runs";

    @RegisterExtension
    static final SharedStack SHARED = new SharedStack();

    @Test
    void an_experiment_is_reported_followed_and_kept() throws Exception {
        var stack = SHARED.get();
        var sandbox = stack.post("/api/v1/sandboxes", "{}").field("id");
        var made = stack.post(RUNS, """
                {"name": "lift-off", "project": "it", "sandboxId": "%s", "params": {"lr": 0.01}}
                """.formatted(sandbox));
        assertThat(made.status()).as(made.text()).isEqualTo(201);
        var run = RUNS + "/" + made.field("id");

        assertThat(stack.post(run + "/logs", "{\"lines\": [\"before\"]}").status())
                .isEqualTo(200);
        try (var reader = StreamClient.of(stack, run + "/logs/ws?tail=10");
                var behind = StreamClient.of(stack, "/?stream=" + run.replace("/", "%2F") + "%2Flogs%2Fws&tail=0")) {
            reader.awaitShown("before\n");
            stack.post(run + "/logs", "{\"lines\": [\"one\", \"two\"]}");
            reader.awaitShown("before\none\ntwo\n");
            stack.post(run + "/metrics", "{\"points\": [{\"name\": \"loss\", \"value\": 0.5, \"step\": 1}]}");
            var finished = stack.post(run + "/finish", "{\"status\": \"failed\", \"summary\": {\"loss\": 0.5}}");
            assertThat(finished.status()).as(finished.text()).isEqualTo(200);

            assertThat(reader.closeCode()).isEqualTo(1000);
            assertThat(reader.shown()).isEqualTo("before\none\ntwo\n");
            assertThat(reader.all("exit")).hasSize(1);
            assertThat(reader.all("exit").getFirst().get("data"))
                    .isInstanceOfSatisfying(
                            Map.class, data -> assertThat(data.get("exitCode")).isEqualTo(1));
            assertThat(behind.closeCode()).isEqualTo(1000);
            assertThat(behind.shown()).isEqualTo("one\ntwo\n");
        }
        assertThat(stack.get(run + "/metrics").text()).contains("\"loss\":[{\"value\":0.5,\"step\":1,");
        assertThat(stack.get(RUNS + "?project=it&status=failed&sandboxId=" + sandbox)
                        .data())
                .extracting(found -> found.get("id"))
                .containsExactly(made.field("id"));

        stack.post(
                "/api/v1/sandboxes/" + sandbox + "/process/run",
                "{\"command\": \"printf 'a\\\\000b' > /home/user/model.bin\"}");
        var artifact = stack.post("/api/v1/artifacts", """
                {"name": "model.bin", "runId": "%s", "source": {"sandboxId": "%s", "path": "/home/user/model.bin"}}
                """.formatted(made.field("id"), sandbox));
        assertThat(artifact.status()).as(artifact.text()).isEqualTo(201);
        assertThat(artifact.json()).containsEntry("size", 3).containsEntry("version", 1);
        assertThat(stack.get("/api/v1/artifacts/" + artifact.field("id") + "/content")
                        .text())
                .isEqualTo("a\u0000b");
        assertThat(stack.delete(run).status()).isEqualTo(204);
        assertThat(stack.get("/api/v1/artifacts?runId=" + made.field("id")).data())
                .hasSize(1);
    }

    @Test
    void who_reads_a_run_that_is_deleted_is_sent_away() throws Exception {
        var stack = SHARED.get();
        var run = RUNS + "/" + stack.post(RUNS, "{\"name\": \"short\"}").field("id");
        try (var reader = StreamClient.of(stack, run + "/logs/ws")) {
            reader.say("{\"type\":\"ping\"}");
            Eventually.await(() -> !reader.all("pong").isEmpty());

            assertThat(stack.delete(run).status()).isEqualTo(204);

            assertThat(reader.closeCode()).isEqualTo(4404);
        }
    }

    @Test
    void an_artifact_as_large_as_may_be_comes_back() {
        var stack = SHARED.get();
        var content = Base64.getEncoder().encodeToString(new byte[4 << 20]);

        var made = stack.post("/api/v1/artifacts", "{\"name\": \"zeros\", \"content\": \"" + content + "\"}");

        assertThat(made.status()).as(made.text()).isEqualTo(201);
        assertThat(made.json()).containsEntry("size", 4 << 20);
        var back = stack.get("/api/v1/artifacts/" + made.field("id") + "/content");
        assertThat(back.status()).isEqualTo(200);
        assertThat(back.header("content-length")).isEqualTo(Integer.toString(4 << 20));
        assertThat(stack.delete("/api/v1/artifacts/" + made.field("id")).status())
                .isEqualTo(204);
    }

    @Test
    void limits_are_told() {
        assertThat(SHARED.get().get("/api/v1/config").text())
                .contains(List.of("\"runsPerOrganization\":", "\"artifactBytes\":4194304", "\"logLineBytes\":16384"));
    }
}
