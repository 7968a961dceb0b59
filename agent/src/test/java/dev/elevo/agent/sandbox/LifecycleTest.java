package dev.elevo.agent.sandbox;

import static dev.elevo.contract.testing.Eventually.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.elevo.agent.driver.DiskImages;
import dev.elevo.agent.driver.IsolationDriver;
import dev.elevo.agent.driver.ProcessId;
import dev.elevo.contract.ApiException;
import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.agent.Deadline;
import dev.elevo.contract.agent.StopSandbox;
import dev.elevo.contract.process.OutputPage;
import dev.elevo.contract.process.OutputQuery;
import dev.elevo.contract.process.RunAnswer;
import dev.elevo.contract.process.RunRequest;
import dev.elevo.contract.process.RunResult;
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
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Pausing, and further lives, of real sandboxes. */
@Timeout(120)
final class LifecycleTest {
    private static final String COUNTING = "i=0; while :; do echo $i; i=$((i+1)); sleep 0.02; done";
    private static final Resources SMALL = new Resources(1.0, 256, 10, 0, null);

    @TempDir
    private Path home;

    private RealAgent agent;

    @BeforeEach
    void start() throws GeneralSecurityException {
        agent = new RealAgent(home);
        agent.requireWalls();
        agent.requireRoot();
    }

    @AfterEach
    void stop() {
        agent.close();
    }

    @Test
    void what_was_paused_goes_on_where_it_was_and_no_output_is_lost() throws Exception {
        var id = agent.create();
        var pid = start(id, COUNTING, null);
        var before = read(id, pid, null);
        var finite = start(id, "sleep 1; echo done", null);
        var waiter = new FutureTask<>(() -> agent.processes().result(id, finite, 20_000));
        var waiting = Thread.ofPlatform().start(waiter);
        await("somebody to wait", () -> waiting.getState() == Thread.State.TIMED_WAITING);

        agent.sandboxes().pause(id);
        var frozenAt = Instant.now();
        assertThat(codeOf(() -> agent.processes().result(id, pid, 20_000))).isEqualTo(ErrorCode.SANDBOX_NOT_RUNNING);
        assertThat(codeOf(() -> read(id, pid, before.nextCursor()))).isEqualTo(ErrorCode.SANDBOX_NOT_RUNNING);
        await("time to pass", () -> Instant.now().isAfter(frozenAt.plusMillis(700)));
        assertThat(waiter.isDone()).isFalse();
        agent.sandboxes().resume(id, Deadline.NEVER);

        var numbers = new ArrayList<>(numbers(before));
        var cursor = before.nextCursor();
        while (numbers.size() < before.chunks().size() + 40) {
            var page = read(id, pid, cursor);
            numbers.addAll(numbers(page));
            cursor = page.nextCursor();
        }
        assertThat(numbers).isEqualTo(IntStream.range(0, numbers.size()).boxed().toList());
        assertThat(((RunResult) waiter.get()).stdout()).isEqualTo("done\n");
    }

    @Test
    void nothing_runs_while_it_is_paused() throws Exception {
        var id = agent.create();
        start(id, "while :; do :; done", null);

        agent.sandboxes().pause(id);

        var used = cpuNanos(id);
        var frozenAt = Instant.now();
        await("time to pass", () -> Instant.now().isAfter(frozenAt.plusMillis(300)));
        assertThat(cpuNanos(id)).isEqualTo(used);
        assertThat(agent.sandboxes().measure(id).orElseThrow().cpuUsagePercent())
                .isZero();
    }

    @Test
    void the_time_of_a_process_stands_still_with_it() throws Exception {
        var id = agent.create();
        var pid = start(id, "sleep 600", 1500);
        agent.sandboxes().pause(id);
        var frozenAt = Instant.now();
        await("more than its time", () -> Instant.now().isAfter(frozenAt.plusMillis(2000)));

        agent.sandboxes().resume(id, Deadline.NEVER);

        assertThat(agent.processes().result(id, pid, 300)).isInstanceOf(StillRunning.class);
        assertThat(((RunResult) agent.processes().result(id, pid, 20_000)).timedOut())
                .isTrue();
    }

    @Test
    void a_paused_sandbox_outlives_the_agent_and_nothing_in_it_is_lost() throws Exception {
        var id = agent.create();
        var pid = start(id, COUNTING, null);
        var before = read(id, pid, null);
        agent.sandboxes().pause(id);

        agent.restart();

        assertThat(agent.sandboxes().get(id).state()).isEqualTo(SandboxState.PAUSED);
        assertThat(codeOf(() -> agent.run(id, "true"))).isEqualTo(ErrorCode.SANDBOX_NOT_RUNNING);
        agent.sandboxes().resume(id, Deadline.NEVER);
        var after = read(id, pid, before.nextCursor());
        assertThat(numbers(after).getFirst()).isEqualTo(numbers(before).size());
    }

    @Test
    @Tag("slow")
    void what_a_crash_left_frozen_or_running_against_its_record_is_put_right() throws Exception {
        var frozen = agent.create();
        var running = agent.create();
        agent.sandboxes().pause(frozen);

        agent.restart(() -> {
            inRecordOf(frozen, "PAUSED", "RUNNING");
            inRecordOf(running, "RUNNING", "PAUSED");
        });

        assertThat(agent.run(frozen, "echo well").stdout()).isEqualTo("well\n");
        assertThat(agent.sandboxes().get(running).state()).isEqualTo(SandboxState.PAUSED);
        assertConsistent(running);
    }

    @Test
    void a_paused_sandbox_is_stopped_at_once_and_deleted_like_any_other() throws Exception {
        var stopped = agent.create();
        var deleted = agent.create();
        var first = first(deleted);
        start(stopped, "trap '' TERM; sleep 600", null);
        List.of(stopped, deleted).forEach(id -> agent.sandboxes().pause(id));

        var begun = System.nanoTime();
        agent.sandboxes().stop(stopped, new StopSandbox(30_000, EndReason.REQUESTED));
        agent.sandboxes().delete(deleted);

        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(10));
        assertConsistent(stopped);
        assertThat(first.alive()).isFalse();
    }

    @Test
    void the_clock_of_a_paused_sandbox_stands_still() throws Exception {
        var id = agent.create(
                RealAgent.spec(SMALL, RealAgent.OFFLINE, Instant.now().plusMillis(1500)));
        agent.sandboxes().pause(id);
        agent.sandboxes().setDeadline(id, new Deadline(Instant.now().minusSeconds(1)));
        var frozenAt = Instant.now();
        await("more than its time", () -> Instant.now().isAfter(frozenAt.plusMillis(2500)));
        assertThat(agent.sandboxes().get(id).state()).isEqualTo(SandboxState.PAUSED);

        agent.sandboxes().resume(id, new Deadline(Instant.now().plusMillis(500)));

        await("the new deadline", () -> agent.sandboxes().get(id).state() == SandboxState.STOPPED);
        assertThat(agent.sandboxes().get(id).endReason()).isEqualTo(EndReason.EXPIRED);
    }

    @Test
    void a_deadline_can_be_set_and_taken_away() throws Exception {
        var id = agent.create(
                RealAgent.spec(SMALL, RealAgent.OFFLINE, Instant.now().plusMillis(700)));
        agent.sandboxes().setDeadline(id, Deadline.NEVER);
        var at = Instant.now().plusMillis(1500);
        await("more than its time", () -> Instant.now().isAfter(at));
        assertThat(agent.sandboxes().get(id).state()).isEqualTo(SandboxState.RUNNING);

        agent.sandboxes().setDeadline(id, new Deadline(Instant.now()));

        await("its end", () -> agent.sandboxes().get(id).state() == SandboxState.STOPPED);
    }

    @Test
    void a_sandbox_lives_again_on_its_files_after_any_end_and_under_another_agent() throws Exception {
        var id = agent.create();
        agent.run(
                id,
                "root",
                "echo kept > /home/user/note; echo mine > /etc/mine; rm /etc/hosts; apt-mark --version > /usr/made");
        var created = agent.sandboxes().get(id);
        ProcessHandle.of(first(id).pid()).orElseThrow().destroyForcibly();
        await("its death is noticed", () -> agent.sandboxes().get(id).state() == SandboxState.FAILED);
        agent.restart();

        var again = agent.sandboxes().start(id, new Deadline(Instant.now().plusSeconds(600)));

        assertThat(again.state()).isEqualTo(SandboxState.RUNNING);
        assertThat(again.createdAt()).isEqualTo(created.createdAt());
        assertThat(again.startedAt()).isAfter(created.startedAt());
        assertThat(again.endReason()).isNull();
        assertThat(agent.run(
                                id,
                                "cat note /etc/mine; ls /etc/hosts /usr/made 2>&1; pgrep -c . || ls /proc | grep -c '^[0-9]'")
                        .stdout())
                .startsWith("kept\nmine\n")
                .contains("cannot access '/etc/hosts'", "/usr/made\n");
        assertThat(agent.sandboxes().start(id, Deadline.NEVER)).isEqualTo(again);
        assertThat(agent.sandboxes().list()).hasSize(1);
    }

    @Test
    void a_start_that_fails_leaves_the_files_and_says_so() throws Exception {
        var id = agent.create();
        agent.run(id, "echo kept > note");
        agent.sandboxes().stop(id, new StopSandbox(0, EndReason.REQUESTED));
        var image = DiskImages.of(agent.context().getBean(IsolationDriver.class), agent.slot(id));
        var needed = Files.isDirectory(image) ? image.resolve("work") : image;
        var elsewhere = needed.resolveSibling("elsewhere");
        Files.move(needed, elsewhere);
        Files.writeString(needed, "nothing to mount");

        assertThat(codeOf(() -> agent.sandboxes().start(id, Deadline.NEVER)))
                .isEqualTo(ErrorCode.SANDBOX_CREATION_FAILED);

        var failed = agent.sandboxes().get(id);
        assertThat(failed.state()).isEqualTo(SandboxState.FAILED);
        assertThat(failed.endReason()).isEqualTo(EndReason.FAILED);
        assertThat(failed.errorReason()).isNotEmpty();
        Files.delete(needed);
        Files.move(elsewhere, needed);
        assertThat(agent.sandboxes().start(id, Deadline.NEVER).errorReason()).isNull();
        assertThat(agent.run(id, "cat note").stdout()).isEqualTo("kept\n");
    }

    @Test
    @Tag("slow")
    void a_start_that_the_agent_did_not_live_to_see_costs_no_files() {
        var id = agent.create();
        agent.run(id, "echo kept > note");
        agent.sandboxes().stop(id, new StopSandbox(0, EndReason.REQUESTED));

        agent.restart(() -> inRecordOf(id, "ENDED", "STARTING_AGAIN"));

        assertThat(agent.sandboxes().get(id).state()).isEqualTo(SandboxState.FAILED);
        agent.sandboxes().start(id, Deadline.NEVER);
        assertThat(agent.run(id, "cat note").stdout()).isEqualTo("kept\n");
    }

    /** Its root has made of a directory that the host once wrote to a link to one of the host's. */
    @Test
    void another_life_writes_nothing_where_the_last_one_points() throws IOException {
        var trap = Files.createDirectory(home.resolve("trap"));
        var network = new NetworkConfig(false, null, null, null, null, false, List.of("192.0.2.1"), null);
        var id = agent.create(RealAgent.spec(SMALL, network));
        agent.run(id, "root", "mv /etc /etc-before && ln -s " + trap + " /etc");
        agent.sandboxes().stop(id, new StopSandbox(0, EndReason.REQUESTED));

        agent.sandboxes().start(id, Deadline.NEVER);

        try (var files = Files.list(trap)) {
            assertThat(files).isEmpty();
        }
    }

    @Test
    @Tag("slow")
    void a_network_that_cannot_be_changed_now_is_refused_and_changed_at_the_next_start() {
        var id = agent.create(RealAgent.spec(SMALL, RealAgent.OFFLINE));
        agent.sandboxes().stop(id, new StopSandbox(0, EndReason.REQUESTED));

        agent.sandboxes().setNetwork(id, NetworkConfig.DEFAULT);
        agent.sandboxes().start(id, Deadline.NEVER);

        assertThat(agent.run(id, "ls /sys/class/net; tail -n +3 /proc/net/dev").stdout())
                .contains("eth0");
    }

    @Test
    @Tag("slow")
    void the_record_of_a_former_version_can_be_read() throws IOException {
        var id = agent.create();
        var record = home.resolve("agent/sandboxes").resolve(id).resolve("sandbox.json");

        assertThat(Files.readString(record)).doesNotContain("restartedAt", "PAUSED");
        agent.restart();

        assertThat(agent.sandboxes().get(id).startedAt())
                .isEqualTo(agent.sandboxes().get(id).createdAt());
        agent.sandboxes().pause(id);
        assertThat(agent.sandboxes().resume(id, Deadline.NEVER).state()).isEqualTo(SandboxState.RUNNING);
    }

    @Test
    @Tag("slow")
    void whatever_is_done_at_once_ends_in_one_state_that_is_true() throws Exception {
        var random = new Random(20);
        for (int round = 0; round < 6; round++) {
            var id = agent.create(RealAgent.spec(SMALL, RealAgent.OFFLINE));
            start(id, "while :; do :; done", null);
            var deletes = round % 3 == 2;
            var actions = new ArrayList<Callable<@Nullable ErrorCode>>();
            for (int i = 0; i < 16; i++) {
                actions.add(anything(id, random.nextInt(deletes ? 6 : 5)));
            }
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                for (var done : threads.invokeAll(actions)) {
                    assertThat(done.get())
                            .isIn(
                                    null,
                                    ErrorCode.SANDBOX_NOT_FOUND,
                                    ErrorCode.SANDBOX_NOT_RUNNING,
                                    ErrorCode.INVALID_SANDBOX_STATE,
                                    ErrorCode.PROCESS_KILLED,
                                    ErrorCode.SERVICE_UNAVAILABLE);
                }
            }
            assertConsistent(id);
            agent.sandboxes().delete(id);
        }
    }

    private Callable<@Nullable ErrorCode> anything(String id, int action) {
        return () -> codeOf(() -> {
            switch (action) {
                case 0 -> agent.sandboxes().pause(id);
                case 1 -> agent.sandboxes().resume(id, Deadline.NEVER);
                case 2 -> agent.sandboxes().stop(id, new StopSandbox(0, EndReason.REQUESTED));
                case 3 -> agent.sandboxes().start(id, Deadline.NEVER);
                case 4 -> agent.run(id, "true");
                default -> agent.sandboxes().delete(id);
            }
        });
    }

    /** The record and the kernel say the same. */
    private void assertConsistent(String id) throws IOException {
        var known = agent.sandboxes().list().stream()
                .filter(status -> status.id().equals(id))
                .findFirst();
        if (known.isEmpty()) {
            assertThat(home.resolve("agent/sandboxes").resolve(id)).doesNotExist();
            return;
        }
        var slot = agent.slot(id);
        switch (known.get().state()) {
            case RUNNING -> {
                assertThat(frozen(slot.name())).isFalse();
                assertThat(agent.run(id, "echo well").stdout()).isEqualTo("well\n");
            }
            case PAUSED -> {
                assertThat(first(id).alive()).isTrue();
                assertThat(frozen(slot.name())).isTrue();
            }
            case STOPPED -> {
                assertThat(groups(slot.name())).isEmpty();
                assertThat(slot.directory()).exists();
                assertThat(slot.helperSocket()).doesNotExist();
            }
            default -> throw new AssertionError("state " + known.get().state() + ": " + known.get());
        }
    }

    private static boolean frozen(String slot) throws IOException {
        for (var group : groups(slot)) {
            if (Files.exists(group.resolve("freezer.state"))) {
                return Files.readString(group.resolve("freezer.state")).startsWith("FROZEN");
            }
            if (Files.exists(group.resolve("cgroup.freeze")) && Files.exists(group.resolve("memory.current"))) {
                return Files.readString(group.resolve("cgroup.events")).contains("frozen 1");
            }
        }
        throw new AssertionError("nothing tells whether slot " + slot + " is frozen");
    }

    private static List<Path> groups(String name) throws IOException {
        try (var tree = Files.walk(Path.of("/sys/fs/cgroup"), 3)) {
            return tree.filter(path -> path.getFileName().toString().equals(name))
                    .toList();
        }
    }

    private long cpuNanos(String id) throws IOException {
        return agent.context()
                .getBean(dev.elevo.agent.driver.IsolationDriver.class)
                .usage(agent.slot(id), first(id))
                .cpuNanos();
    }

    private ProcessId first(String id) {
        var first =
                agent.context().getBean(Residents.class).get(id).orElseThrow().process();
        if (first == null) {
            throw new AssertionError(id + " has no first process");
        }
        return first;
    }

    private int start(String id, String command, @Nullable Integer timeoutMs) {
        RunAnswer answer = agent.processes()
                .run(
                        id,
                        new RunRequest(
                                command, null, null, null, null, null, null, null, timeoutMs, 0, null, null, null),
                        null);
        return ((StillRunning) answer).pid();
    }

    private OutputPage read(String id, int pid, @Nullable String cursor) {
        return agent.processes().output(id, pid, new OutputQuery(null, cursor, null, 5000, null));
    }

    private static List<Integer> numbers(OutputPage page) {
        return page.chunks().stream()
                .flatMap(chunk -> chunk.data().lines())
                .map(Integer::parseInt)
                .toList();
    }

    private void inRecordOf(String id, String pattern, String replacement) {
        var record = home.resolve("agent/sandboxes").resolve(id).resolve("sandbox.json");
        try {
            var before = Files.readString(record);
            var after = before.replaceFirst("\"" + pattern + "\"", "\"" + replacement + "\"");
            assertThat(after).isNotEqualTo(before);
            Files.writeString(record, after);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static @Nullable ErrorCode codeOf(ThrowingCallable call) {
        var thrown = catchThrowableOfType(ApiException.class, call);
        return thrown == null ? null : thrown.failure().code();
    }
}
