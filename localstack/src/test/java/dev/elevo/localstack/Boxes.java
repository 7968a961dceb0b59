package dev.elevo.localstack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elevo.contract.testing.Eventually;
import dev.elevo.localstack.RunningStack.Answer;
import io.micronaut.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;

/** What tests do with sandboxes over and over. */
record Boxes(RunningStack stack) {
    private static final String SANDBOXES = "/api/v1/sandboxes";

    /** One that runs. */
    String made(String wish) {
        var answer = stack.post(SANDBOXES, wish);
        assertThat(answer.status()).as(answer.text()).isBetween(201, 202);
        var id = answer.field("id");
        awaitState(id, "running");
        return id;
    }

    void awaitState(String id, String state) {
        Eventually.await(id + " is " + state, () -> {
            var now = look(id);
            assertThat(now.field("state")).as(now.text()).isNotEqualTo(state.equals("failed") ? "" : "failed");
            return now.field("state").equals(state);
        });
    }

    Answer look(String id) {
        return stack.get(SANDBOXES + "/" + id);
    }

    Answer act(String id, String action) {
        return stack.post(SANDBOXES + "/" + id + "/" + action, "");
    }

    /** What the command says. */
    String run(String id, String command) {
        try {
            var wish = JsonMapper.createDefault().writeValueAsString(Map.of("command", command));
            var answer = stack.post(SANDBOXES + "/" + id + "/process/run", wish);
            assertThat(answer.status()).as(answer.text()).isEqualTo(200);
            return answer.field("stdout");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void deleteAll() {
        stack.get(SANDBOXES + "?limit=100&state=creating,running,paused,stopped,failed")
                .data()
                .forEach(box -> {
                    var gone = stack.delete(SANDBOXES + "/" + box.get("id") + "?force=true");
                    assertThat(gone.status()).as(gone.text()).isEqualTo(204);
                });
    }
}
