package dev.elevo.agent.sandbox;

import static dev.elevo.contract.testing.Eventually.await;
import static dev.elevo.contract.testing.Hosts.assume;
import static org.assertj.core.api.Assertions.assertThat;

import dev.elevo.agent.driver.Command;
import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Ids;
import dev.elevo.contract.agent.PrepareSnapshot;
import dev.elevo.contract.agent.SnapshotSource;
import dev.elevo.contract.agent.SnapshotStatus;
import dev.elevo.contract.agent.SnapshotStatus.Progress;
import dev.elevo.contract.agent.TakeSnapshot;
import dev.elevo.contract.sandbox.Resources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** All disks are promises on the host's, and here that one is small: who fills it must break nobody else. */
@Tag("slow")
final class FullHostDiskTest {
    private static final Duration TIME = Duration.ofSeconds(60);
    /** Under what there is: nobody finds out in time that there is too little. */
    private static final int FLOOR = -1000;

    private static final int MEGABYTE = 20;
    private static final Resources SMALL = new Resources(1.0, 512, 1, 0, null);
    /** For which nothing of a smaller one lies ready. */
    private static final int LARGER = 2;

    private static final SnapshotStatus NO_ROOM = new SnapshotStatus(
            Progress.FAILED, 0, 0, ErrorCode.STORAGE_INSUFFICIENT.number(), "There is no room for it");

    private final Map<String, Object> options =
            new HashMap<>(Map.of("elevo.disk.floor.mb", FLOOR, "elevo.ready.sandboxes", 0, "elevo.network", "none"));

    @TempDir
    private Path folder;

    private Path disk;
    private RealAgent agent;

    @BeforeEach
    void start() throws IOException, GeneralSecurityException {
        assume(
                Files.readString(Path.of("/proc/self/uid_map")).strip().startsWith("0          0"),
                "a disk is mounted by root on the host");
        disk = Files.createDirectory(folder.resolve("disk"));
        var image = folder.resolve("image").toString();
        run("truncate", "-s", "900M", image);
        run("mkfs.ext4", "-q", "-F", image);
        run("mount", "-o", "loop", image, disk.toString());
        agent = new RealAgent(Files.createDirectory(disk.resolve("home")), options);
        agent.requireEnforced("disk");
    }

    @AfterEach
    void stop() throws IOException {
        agent.close();
        await("the disks are let go", this::isUnmounted);
    }

    /** The disks in it are let go by and by. */
    private boolean isUnmounted() throws IOException {
        try {
            run("umount", disk.toString());
            return true;
        } catch (Command.FailedException busy) {
            return false;
        }
    }

    private void run(String... command) throws IOException {
        Command.run(List.of(command), folder, folder.resolve("log"), TIME);
    }

    @Test
    void who_fills_it_breaks_nobody_else_and_with_him_it_is_free_again() throws IOException {
        var neighbour = agent.create(RealAgent.spec(SMALL, RealAgent.OFFLINE));
        assertThat(agent.run(neighbour, "echo kept > note; sync; cat note").stdout())
                .isEqualTo("kept\n");
        var greedy = agent.create(RealAgent.spec(SMALL, RealAgent.OFFLINE));

        var filled = agent.run(greedy, "head -c 1000M /dev/urandom > all && sync all");

        assertThat(filled.exitCode()).as("%s", filled).isNotZero();
        assertThat(agent.run(neighbour, "cat note").stdout()).isEqualTo("kept\n");

        agent.sandboxes().delete(greedy);

        run("sync"); // with its log the file system of the disks gives back what it need not keep
        await("there is room again", () -> disk.toFile().getUsableSpace() > 300 << 20);
        assertThat(agent.run(neighbour, "head -c 100M /dev/urandom > more && sync more && cat note")
                        .stdout())
                .isEqualTo("kept\n");
        assertThat(agent.run(
                                agent.create(RealAgent.spec(SMALL, RealAgent.OFFLINE)),
                                "echo new > note && sync && cat note")
                        .stdout())
                .isEqualTo("new\n");
    }

    @Test
    void a_restore_that_fills_it_fails_with_the_reason_and_leaves_nothing_behind_and_the_snapshot_is_whole()
            throws IOException {
        var source = agent.create(RealAgent.spec(SMALL, RealAgent.OFFLINE));
        var words = agent.run(source, "head -c 120M /dev/urandom > all && sync all && sha256sum all")
                .stdout();
        var snapshots = agent.context().getBean(Snapshots.class);
        var snapshot = new SnapshotSource("org", Ids.SNAPSHOT.random());
        assertThat(snapshots.take(new TakeSnapshot(snapshot, source, null, 60_000)))
                .extracting(SnapshotStatus::progress)
                .isEqualTo(Progress.DONE);
        var filler = fillBut(40);
        var before = disk.toFile().getUsableSpace();

        var failed = snapshots.prepare(new PrepareSnapshot(snapshot, LARGER, 60_000));

        assertThat(failed).isEqualTo(NO_ROOM);
        run("sync");
        await("its room is back", () -> disk.toFile().getUsableSpace() > before - (4 << MEGABYTE));
        assertThat(agent.run(source, "sha256sum all").stdout()).isEqualTo(words);

        Files.delete(filler);
        assertThat(snapshots
                        .prepare(new PrepareSnapshot(snapshot, LARGER, 60_000))
                        .progress())
                .isEqualTo(Progress.DONE);
        var restored = agent.create(RealAgent.beginningWith(snapshot, new Resources(1.0, 512, LARGER, 0, null)));
        assertThat(agent.run(restored, "sha256sum all").stdout()).isEqualTo(words);
    }

    @Test
    void a_snapshot_that_fills_it_fails_with_the_reason_and_is_taken_when_there_is_room() throws IOException {
        var source = agent.create(RealAgent.spec(SMALL, RealAgent.OFFLINE));
        var words = agent.run(source, "head -c 200M /dev/urandom > all && sync all && sha256sum all")
                .stdout();
        var order = new TakeSnapshot(new SnapshotSource("org", Ids.SNAPSHOT.random()), source, null, 60_000);
        var filler = fillBut(40);

        assertThat(agent.context().getBean(Snapshots.class).take(order)).isEqualTo(NO_ROOM);

        Files.delete(filler);
        assertThat(agent.run(source, "sha256sum all").stdout()).isEqualTo(words);
        assertThat(agent.context().getBean(Snapshots.class).take(order).progress())
                .isEqualTo(Progress.DONE);
    }

    @Test
    void a_snapshot_leaves_to_others_what_is_to_be_left_to_them() throws IOException {
        var source = agent.create(RealAgent.spec(SMALL, RealAgent.OFFLINE));
        agent.run(source, "head -c 200M /dev/urandom > all && sync all");
        options.put("elevo.disk.floor.mb", 200);
        agent.restart();
        var snapshots = agent.context().getBean(Snapshots.class);
        var snapshot = new SnapshotSource("org", Ids.SNAPSHOT.random());
        fillBut(260);

        assertThat(snapshots.take(new TakeSnapshot(snapshot, source, null, 60_000)))
                .isEqualTo(NO_ROOM);

        assertThat(disk.toFile().getUsableSpace()).isGreaterThan(150 << MEGABYTE);
        assertThat(snapshots.collect(snapshot).waiting()).isZero();
        await("what was stored of it is away", () -> disk.toFile().getUsableSpace() > 250 << MEGABYTE);
    }

    private Path fillBut(long megabytes) throws IOException {
        run("sync"); // what has been written takes its room
        var filler = disk.resolve("filler");
        var length = disk.toFile().getUsableSpace() - (megabytes << MEGABYTE);
        run("fallocate", "-l", Long.toString(length), filler.toString());
        return filler;
    }
}
