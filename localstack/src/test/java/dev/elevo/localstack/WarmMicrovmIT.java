package dev.elevo.localstack;

import static dev.elevo.contract.testing.Eventually.await;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** MicroVMs that were started ahead of need, on the stand-in for their service. */
@Tag("fake-cloud")
final class WarmMicrovmIT {
    private static final String SMALL = "{\"resources\": {\"memoryMB\": 600}}";

    @TempDir
    private static Path directory;

    private static FakeCloud cloud;
    private static RunningStack stack;
    private static Boxes boxes;

    @BeforeAll
    static void start() throws IOException {
        cloud = new FakeCloud(directory);
        stack = cloud.stack(
                directory.resolve("home"), Map.of("ELEVO_MICROVM_WARM", "base/1024=1", "ELEVO_SWEEP_MS", "500"));
        boxes = new Boxes(stack);
    }

    @AfterAll
    static void stop() throws IOException {
        cloud.close();
        stack.close();
    }

    @Test
    void a_sandbox_wakes_the_one_that_slept_for_it_and_another_takes_its_place() {
        await("one sleeps", () -> asleep().size() == 1);
        var sleeper = asleep().getFirst();

        var id = boxes.made(SMALL);

        assertThat(cloud.microvms().state(sleeper)).isEqualTo("RUNNING");
        assertThat(boxes.run(id, "id -un; echo words > file; cat file")).isEqualTo("user\nwords\n");
        await("another sleeps", () -> asleep().size() == 1);
        assertThat(cloud.microvms().started())
                .as("none was started for the sandbox")
                .isEqualTo(2);

        var next = asleep().getFirst();
        boxes.deleteAll();
        await("its machine ends with it", () -> cloud.microvms().alive().equals(List.of(next)));
        assertThat(cloud.microvms().state(next)).isEqualTo("SUSPENDED");
    }

    private static List<String> asleep() {
        return cloud.microvms().alive().stream()
                .filter(machine -> cloud.microvms().state(machine).equals("SUSPENDED"))
                .toList();
    }
}
