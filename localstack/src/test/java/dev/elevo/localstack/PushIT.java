package dev.elevo.localstack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elevo.contract.testing.Eventually;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** From a timer to what a device would have shown. */
final class PushIT {
    private static final String SANDBOXES = "/api/v1/sandboxes";
    private static final String DEVICES = "/api/v1/users/me/devices";

    @RegisterExtension
    private static final SharedStack STACK = new SharedStack();

    @Test
    void whoever_made_a_sandbox_would_be_told_when_its_time_is_up() throws IOException {
        var stack = STACK.get();
        var device = stack.post(DEVICES, "{\"platform\":\"android\",\"token\":\"of-no-telephone\",\"name\":\"mine\"}");
        assertThat(device.status()).as(device.text()).isEqualTo(201);
        assertThat(stack.get("/api/v1/config").text()).contains("\"push\":false");
        var id = stack.post(SANDBOXES, "{\"name\":\"short-lived\",\"timeoutMs\":1000}")
                .field("id");

        Eventually.await(() -> stack.get(SANDBOXES + "/" + id).field("state").equals("stopped"));

        Eventually.await("it is recorded", () -> !about(id).isEmpty());
        assertThat(about(id))
                .singleElement()
                .asString()
                .contains("\"deviceId\":\"" + device.field("id") + "\"")
                .contains("\"title\":\"Sandbox stopped\"")
                .contains("\"body\":\"short-lived was stopped: its time was up\"")
                .contains("\"data\":{\"sandboxId\":\"" + id + "\",\"state\":\"stopped\",\"reason\":\"timeout\"}")
                .doesNotContain("of-no-telephone");
        Eventually.await(() -> stack.get(DEVICES).text().contains("lastNotifiedAt"));
        assertThat(stack.delete(DEVICES + "/" + device.field("id")).status()).isEqualTo(204);
    }

    private static List<String> about(String id) throws IOException {
        return Files.readAllLines(STACK.get().home().resolve("logs/push.log")).stream()
                .filter(line -> line.contains(id))
                .toList();
    }
}
