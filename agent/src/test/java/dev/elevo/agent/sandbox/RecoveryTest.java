package dev.elevo.agent.sandbox;

import static dev.elevo.contract.testing.Eventually.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.elevo.agent.driver.Places;
import dev.elevo.agent.driver.ProcessId;
import dev.elevo.contract.agent.SandboxStatus;
import dev.elevo.contract.process.OutputQuery;
import dev.elevo.contract.process.RunRequest;
import dev.elevo.contract.process.StillRunning;
import dev.elevo.contract.sandbox.EndReason;
import dev.elevo.contract.sandbox.NetworkConfig;
import dev.elevo.contract.sandbox.Resources;
import dev.elevo.contract.sandbox.SandboxState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What outlives what, and what is taken away. */
final class RecoveryTest {

    @TempDir
    private Path home;

    private RealAgent agent;

    @BeforeEach
    void start() throws GeneralSecurityException {
        agent = new RealAgent(home);
        agent.requireWalls();
    }

    @AfterEach
    void stop() {
        agent.close();
    }

    @Test
    void a_sandbox_and_its_processes_outlive_the_agent() {
        var id = agent.create();
        agent.run(id, "echo kept > note");
        var request = new RunRequest(
                "echo before; sleep 1; echo after",
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                0,
                null,
                null,
                null);
        var pid = ((StillRunning) agent.processes().run(id, request, null)).pid();

        agent.restart();

        assertThat(agent.sandboxes().get(id).state()).isEqualTo(SandboxState.RUNNING);
        assertThat(agent.run(id, "cat note").stdout()).isEqualTo("kept\n");
        assertThat(agent.processes().result(id, pid, 20_000))
                .hasFieldOrPropertyWithValue("stdout", "before\nafter\n")
                .hasFieldOrPropertyWithValue("exitCode", 0);
    }

    @Test
    @Tag("slow")
    void after_a_reboot_a_sandbox_is_stopped_and_never_lost() {
        var id = agent.create();

        agent.restart(() -> inRecordOf(id, "\"bootId\":\"[^\"]*\"", "\"bootId\":\"another\""));

        var found = agent.sandboxes().get(id);
        assertThat(found.state()).isEqualTo(SandboxState.STOPPED);
        assertThat(found.endReason()).isEqualTo(EndReason.EVICTED);
    }

    @Test
    @Tag("slow")
    void a_record_that_cannot_be_read_costs_no_other_sandbox_and_no_files() {
        var broken = agent.create();
        var sound = agent.create();
        var slot = agent.slot(broken);

        agent.restart(() -> inRecordOf(broken, "^\\{", "torn"));

        assertThat(agent.run(sound, "echo well").stdout()).isEqualTo("well\n");
        assertThat(agent.sandboxes().list()).extracting(SandboxStatus::id).containsExactly(sound);
        assertThat(slot.directory()).exists();
        agent.restart(() -> inRecordOf(broken, "^torn", "{"));
        assertThat(agent.run(broken, "echo well").stdout()).isEqualTo("well\n");
    }

    @Test
    void what_died_while_no_agent_ran_has_failed() {
        var id = agent.create();
        var first = firstProcess(id);

        agent.restart(() -> ProcessHandle.of(first).orElseThrow().destroyForcibly());

        assertThat(agent.sandboxes().get(id).state()).isEqualTo(SandboxState.FAILED);
        assertThat(agent.sandboxes().get(id).endReason()).isEqualTo(EndReason.FAILED);
    }

    @Test
    void what_dies_while_the_agent_runs_is_noticed() {
        var id = agent.create();

        ProcessHandle.of(firstProcess(id)).orElseThrow().destroyForcibly();

        await(() -> agent.sandboxes().get(id).state() == SandboxState.FAILED);
    }

    @Test
    @Tag("slow")
    void half_made_sandboxes_are_taken_away() {
        var id = agent.create();
        var slot = agent.slot(id);

        agent.restart(() -> inRecordOf(id, "\"phase\":\"[A-Z]*\"", "\"phase\":\"STARTING\""));

        assertThat(agent.sandboxes().list()).isEmpty();
        assertThat(slot.directory()).doesNotExist();
    }

    @Test
    void the_deadline_holds_without_a_control_plane() {
        var id = agent.create(RealAgent.spec(
                Resources.DEFAULT, NetworkConfig.DEFAULT, Instant.now().plusSeconds(1)));

        await(() -> agent.sandboxes().get(id).state() == SandboxState.STOPPED);
        assertThat(agent.sandboxes().get(id).endReason()).isEqualTo(EndReason.EXPIRED);
    }

    @Test
    void one_id_makes_one_sandbox_however_many_ask_at_once() throws Exception {
        var spec = RealAgent.spec(Resources.DEFAULT, NetworkConfig.DEFAULT);
        Callable<Object> create = () -> agent.sandboxes().create(spec);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var answers = threads.invokeAll(
                    IntStream.range(0, 16).mapToObj(i -> create).toList());
            for (var answer : answers) {
                assertThat(answer.get()).isEqualTo(agent.sandboxes().get(spec.id()));
            }
        }
        assertThat(agent.sandboxes().list()).hasSize(1);
    }

    @Test
    void deleting_leaves_nothing_on_the_host() throws IOException {
        var id = agent.create();
        var slot = agent.slot(id);
        var first = firstProcess(id);
        var lease = Files.readString(slot.directory().resolve("network"));

        agent.sandboxes().delete(id);

        assertThat(ProcessId.of(first).filter(ProcessId::alive)).isEmpty();
        assertThat(slot.directory()).doesNotExist();
        assertThat(slot.helperSocket()).doesNotExist();
        await(() -> Files.notExists(Path.of("/run/netns", lease)));
        await(() -> Files.notExists(home.resolve("agent/network").resolve(lease)));
        await(() -> isEmpty(home.resolve("agent/trash")));
        assertThat(groupsNamed(slot.name())).isEmpty();
    }

    @Test
    @Tag("slow")
    void many_processes_with_much_memory_are_deleted_like_any_other() {
        var id = agent.create(RealAgent.spec(new Resources(1.0, 2048, 10, 0, null), RealAgent.OFFLINE));
        var slot = agent.slot(id);
        var hog =
                "perl -e '$| = 1; for (1 .. 8) { fork or last } my $x = \"x\" x (64 * 1024 * 1024); print \"ready\\n\"; sleep 60'";
        var pid = ((StillRunning) agent.processes()
                        .run(
                                id,
                                new RunRequest(
                                        hog, null, null, null, null, null, null, null, null, 0, null, null, null),
                                null))
                .pid();
        await(() -> agent.processes().output(id, pid, new OutputQuery(null, null, null, 1000, null)).chunks().stream()
                .anyMatch(chunk -> chunk.data().contains("ready")));

        agent.sandboxes().delete(id);

        assertThat(slot.directory()).doesNotExist();
    }

    @Test
    void a_clean_end_takes_away_what_was_made_ahead_of_need() throws IOException {
        agent.run(agent.create(), "true");
        agent.sandboxes().list().forEach(status -> agent.sandboxes().delete(status.id()));
        var places = agent.context().getBean(Places.class);

        agent.restart(() -> {
            assertThat(existing(places)).isEmpty();
        });
    }

    private static List<?> existing(Places places) {
        try {
            return places.existing();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Path> groupsNamed(String name) throws IOException {
        try (var tree = Files.walk(Path.of("/sys/fs/cgroup"), 4)) {
            return tree.filter(path -> path.getFileName().toString().equals(name))
                    .toList();
        }
    }

    private long firstProcess(String id) {
        var process =
                agent.context().getBean(Residents.class).get(id).orElseThrow().process();
        assertThat(process).isNotNull();
        return process == null ? -1 : process.pid();
    }

    private void inRecordOf(String id, String pattern, String replacement) {
        var record = home.resolve("agent/sandboxes").resolve(id).resolve("sandbox.json");
        try {
            var before = Files.readString(record);
            var after = before.replaceFirst(pattern, replacement);
            assertThat(after).isNotEqualTo(before);
            Files.writeString(record, after);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isEmpty(Path directory) {
        try (var files = Files.list(directory)) {
            return files.findAny().isEmpty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
