package dev.elevo.agent.sandbox;

import static dev.elevo.contract.testing.Eventually.await;
import static dev.elevo.contract.testing.Hosts.assume;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.elevo.agent.driver.Checkpoint;
import dev.elevo.agent.driver.FileTrees;
import dev.elevo.agent.driver.IsolationDriver;
import dev.elevo.agent.driver.Mounted.Access;
import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Ids;
import dev.elevo.contract.agent.PrepareSnapshot;
import dev.elevo.contract.agent.SnapshotSource;
import dev.elevo.contract.agent.SnapshotStatus;
import dev.elevo.contract.agent.SnapshotStatus.Progress;
import dev.elevo.contract.agent.TakeSnapshot;
import dev.elevo.contract.sandbox.Resources;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Snapshots of real sandboxes, and those who come while one is taken or used. */
final class SnapshotsTest {
    private static final Resources SMALL = new Resources(1.0, 512, 1, 0, null);
    private static final int PATIENCE = 60_000;

    @TempDir
    private Path home;

    private final Map<String, Object> options =
            new HashMap<>(Map.of("elevo.ready.sandboxes", 0, "elevo.network", "none"));

    private RealAgent agent;
    private IsolationDriver driver;
    private Snapshots snapshots;
    private String sandbox;

    private final SnapshotSource snapshot = new SnapshotSource("org", Ids.SNAPSHOT.random());

    @BeforeEach
    void start() throws GeneralSecurityException {
        agent = new RealAgent(home, options);
        driver = agent.context().getBean(IsolationDriver.class);
        assume(driver.hasCheckpoints(), "there are no snapshots here");
        snapshots = agent.context().getBean(Snapshots.class);
        sandbox = agent.create(RealAgent.spec(SMALL, RealAgent.OFFLINE));
    }

    @AfterEach
    void stop() {
        agent.close();
    }

    @Test
    void who_asks_again_waits_for_what_is_under_way_whatever_became_of_the_sandbox() {
        var locks = agent.context().getBean(Locks.class);
        var status = locks.holding(sandbox, () -> {
            // Its copy of the disk waits for this lock, which we have twice.
            assertThat(take(0).isUnderWay()).isTrue();
            agent.sandboxes().delete(sandbox);
            return take(0);
        });

        assertThat(status.isUnderWay()).isTrue();
        await(() -> snapshots.look(snapshot).progress() == Progress.ABSENT);
        assertThatThrownBy(() -> take(0)).hasMessageContaining("No such sandbox");
    }

    @Test
    void many_begin_with_one_disk_at_the_same_time_and_the_last_of_them_removes_it() throws Exception {
        assertThat(take(PATIENCE).progress()).isEqualTo(Progress.DONE);
        // Of another size than that of the sandbox: restored.
        assertThat(prepare(2).progress()).isEqualTo(Progress.DONE);
        var restored = restored();
        var together = new CyclicBarrier(2);
        Callable<Checkpoint> start = () -> restored.with(snapshot, 2, disk -> {
                    meet(together);
                    restored.forget(snapshot);
                    meet(together);
                    return disk;
                })
                .orElseThrow();

        var used = restored.with(snapshot, 2, disk -> {
                    assertThat(both(start)).containsExactly(disk, disk);
                    driver.open(disk, Access.READ).close();
                    return disk;
                })
                .orElseThrow();

        assertThatThrownBy(() -> driver.open(used, Access.READ)).isInstanceOf(IOException.class);
        assertThat(restored.with(snapshot, 2, disk -> disk)).isEmpty();
    }

    private static <T> List<T> both(Callable<T> one) throws IOException {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            return threads.invokeAll(List.of(one, one)).stream()
                    .map(Future::resultNow)
                    .toList();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    private static void meet(CyclicBarrier barrier) throws IOException {
        try {
            barrier.await(PATIENCE, TimeUnit.MILLISECONDS);
        } catch (Exception e) {
            throw new IOException("nobody else came", e);
        }
    }

    @Test
    void who_begins_soon_with_one_needs_nothing_of_what_is_stored() throws IOException {
        agent.requireEnforced("disk");
        agent.run(sandbox, "echo kept > ~/note");
        assertThat(take(PATIENCE).progress()).isEqualTo(Progress.DONE);
        agent.sandboxes().delete(sandbox);
        FileTrees.deleteOurs(home.resolve("blobs"));

        assertThat(prepare(1).progress()).isEqualTo(Progress.DONE);

        var next = agent.create(RealAgent.beginningWith(snapshot, SMALL));
        assertThat(agent.run(next, "cat ~/note").stdout()).isEqualTo("kept\n");
        assertThat(prepare(2).progress()).as("with a disk of another size").isEqualTo(Progress.FAILED);
    }

    @Test
    void a_disk_with_a_socket_is_not_what_would_be_restored() throws IOException {
        agent.requireEnforced("disk");
        agent.run(sandbox, "python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind(\"here\")'");

        assertThat(take(PATIENCE).progress()).isEqualTo(Progress.DONE);

        assertThat(disk(snapshot)).isEmpty();
        assertThat(prepare(1).progress()).isEqualTo(Progress.DONE);
        var next = agent.create(RealAgent.beginningWith(snapshot, SMALL));
        assertThat(agent.run(next, "ls").stdout()).doesNotContain("here");
    }

    @Test
    void nor_is_one_with_a_file_that_was_deleted_while_it_is_open() throws IOException {
        agent.requireEnforced("disk");
        agent.run(
                sandbox,
                "exec 9> gone; head -c 30M /dev/urandom >&9; rm gone; (sleep 1000 < /dev/null > /dev/null 2>&1 &)");

        assertThat(take(PATIENCE).progress()).isEqualTo(Progress.DONE);

        assertThat(disk(snapshot)).isEmpty();
    }

    @Test
    void who_was_told_that_a_disk_is_ready_finds_it_whatever_others_do_meanwhile() throws IOException {
        agent.requireEnforced("disk");
        assertThat(take(PATIENCE).progress()).isEqualTo(Progress.DONE);
        assertThat(prepare(1).progress()).isEqualTo(Progress.DONE);

        takeAnother();
        takeAnother();
        restored().dropUnused(Instant.now().plus(RestoredDisks.LIFE_UNUSED));

        assertThat(disk(snapshot)).isPresent();
    }

    @Test
    void one_of_a_snapshot_that_is_deleted_goes_with_it() throws IOException {
        agent.requireEnforced("disk");
        assertThat(take(PATIENCE).progress()).isEqualTo(Progress.DONE);

        snapshots.delete(snapshot);

        assertThat(disk(snapshot)).isEmpty();
    }

    @Test
    void only_the_last_two_are_kept_for_whoever_may_come_and_not_for_long() throws IOException {
        agent.requireEnforced("disk");
        var taken = List.of(takeAnother(), takeAnother(), takeAnother());

        assertThat(disk(taken.getFirst())).isEmpty();
        var used = disk(taken.get(1)).orElseThrow();
        restored().dropUnused(Instant.now().plus(RestoredDisks.LIFE_UNUSED));
        assertThat(disk(taken.get(1))).contains(used);
        assertThat(disk(taken.getLast())).isEmpty();

        var young = takeAnother();
        restored().dropUnused(Instant.now());
        assertThat(disk(young)).isPresent();
    }

    @Test
    void a_host_that_is_short_of_disk_takes_none() {
        options.put("elevo.disk.floor.mb", Integer.MAX_VALUE);
        agent.restart();
        snapshots = agent.context().getBean(Snapshots.class);

        assertThat(take(PATIENCE))
                .isEqualTo(new SnapshotStatus(
                        Progress.FAILED, 0, 0, ErrorCode.STORAGE_INSUFFICIENT.number(), "There is no room for it"));
        assertThat(snapshots.look(snapshot).progress()).isEqualTo(Progress.ABSENT);
    }

    private SnapshotStatus prepare(int gigabytes) {
        return snapshots.prepare(new PrepareSnapshot(snapshot, gigabytes, PATIENCE));
    }

    /** That lies ready; from now on somebody has begun with it. */
    private Optional<Checkpoint> disk(SnapshotSource of) throws IOException {
        return restored().with(of, 1, disk -> disk);
    }

    private RestoredDisks restored() {
        return agent.context().getBean(RestoredDisks.class);
    }

    private SnapshotSource takeAnother() {
        var other = new SnapshotSource("org", Ids.SNAPSHOT.random());
        assertThat(snapshots
                        .take(new TakeSnapshot(other, sandbox, null, PATIENCE))
                        .progress())
                .isEqualTo(Progress.DONE);
        return other;
    }

    private SnapshotStatus take(int waitMs) {
        return snapshots.take(new TakeSnapshot(snapshot, sandbox, null, waitMs));
    }
}
