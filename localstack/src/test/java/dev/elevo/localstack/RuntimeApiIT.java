package dev.elevo.localstack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elevo.contract.Area;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code ./elevo up --runtime-api}: every function a process of its own, through Lambda's own client. */
@Tag("runtime-api")
final class RuntimeApiIT {
    private static final String SANDBOXES = "/api/v1/sandboxes";
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    /** Who waits in a function keeps it from all others, and Lambda would have another for them. */
    private static final int AT_A_TIME = 3;

    @TempDir
    private Path home;

    private RunningStack stack;

    @BeforeEach
    void start() throws IOException {
        stack = stack(1);
    }

    private RunningStack stack(int instances) throws IOException {
        var options = new HashMap<>(SharedStack.GENEROUS);
        options.put("ELEVO_INSTANCES", Integer.toString(instances));
        return new RunningStack(home, options, "--runtime-api");
    }

    @AfterEach
    void stop() throws IOException {
        stack.close();
    }

    @Test
    void it_is_the_same_service_and_survives_the_death_of_its_functions() throws Exception {
        assertThat(functions()).hasSize(Area.values().length);
        assertThat(stack.get("/health", "X-API-Key", "").status()).isEqualTo(200);
        var visited = stack.post(SANDBOXES, "{}").field("id");
        assertThat(stack.get("/preview/" + visited + "/9/").code()).isEqualTo(2009);
        assertThat(stack.get("/preview/" + visited + "/9/", "X-API-Key", "").code())
                .isEqualTo(1001);
        stack.delete(SANDBOXES + "/" + visited + "?force=true");
        assertThat(stack.get("/api/v1/nowhere").code()).isEqualTo(9008);
        assertThat(stack.get(SANDBOXES, "X-API-Key", "").code()).isEqualTo(1001);

        var created = stack.post(SANDBOXES, "{\"name\":\"ünique\"}");
        assertThat(created.status()).as(created.text()).isEqualTo(422);
        created = stack.post(SANDBOXES, "{\"name\":\"first\",\"env\":{\"COLOUR\":\"blü\"}}");
        assertThat(created.status()).as(created.text()).isEqualTo(201);
        assertThat(created.header("location")).isEqualTo(SANDBOXES + "/" + created.field("id"));
        assertPrintsColour();

        for (var function : functions().toList()) {
            function.destroyForcibly();
            function.onExit().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }
        assertPrintsColour();
        assertThat(stack.get(SANDBOXES).data()).hasSize(1);

        var left = functions().toList();
        stack.crash();
        for (var function : left) {
            function.onExit().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }
        stack.startAgain();
        assertPrintsColour();
        try (var listener = Listener.admin(stack)) {
            assertThat(stack.delete(SANDBOXES + "/first?force=true").status()).isEqualTo(204);
            assertThat(listener.next().change()).startsWith("deleted from running");
        }
    }

    /** What only the function of the area can say. */
    @Test
    void every_area_answers_through_its_own_process() {
        for (var area : Area.values()) {
            var answer = stack.get(question(area));
            assertThat(answer.text()).as(area.areaName()).contains(expected(area));
        }
    }

    @Test
    void every_statement_of_the_contract_holds() throws Exception {
        stack.close();
        stack = stack(AT_A_TIME);

        ConformanceIT.run(stack, AT_A_TIME);
    }

    private static String question(Area area) {
        return switch (area) {
            case SANDBOXES -> SANDBOXES;
            case PROCESS -> SANDBOXES + "/none/process";
            case FILES -> SANDBOXES + "/none/files?path=/";
            case GIT -> SANDBOXES + "/none/git/status?path=/";
            case LSP -> SANDBOXES + "/none/lsp/servers";
            case SNAPSHOTS, VOLUMES, RUNS -> "/api/v1/" + area.areaName();
            case DOCS -> "/openapi.yaml";
            case ADMIN -> "/api/v1/config";
        };
    }

    private static String expected(Area area) {
        return switch (area) {
            case SANDBOXES, SNAPSHOTS, VOLUMES, RUNS -> "\"data\":[]";
            case PROCESS, FILES, GIT, LSP -> "\"code\":2001";
            case DOCS -> "openapi: ";
            case ADMIN -> "\"features\":";
        };
    }

    private void assertPrintsColour() {
        var ran = stack.post(SANDBOXES + "/first/process/run", "{\"command\":\"echo $COLOUR\"}");
        assertThat(ran.json()).as(ran.text()).containsEntry("stdout", "blü\n");
    }

    /** Recognised by what they run: the launcher has other children too. */
    private Stream<ProcessHandle> functions() {
        return ProcessHandle.of(((Number) stack.ready("pid")).longValue())
                .orElseThrow()
                .descendants()
                .filter(child -> Arrays.stream(Area.values())
                        .anyMatch(area -> commandLine(child).contains(area.handlerClass())));
    }

    private static String commandLine(ProcessHandle process) {
        try {
            return Files.readString(Path.of("/proc/" + process.pid() + "/cmdline"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
