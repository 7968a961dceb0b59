package dev.elevo.agent.sandbox;

import static dev.elevo.contract.testing.Eventually.await;
import static dev.elevo.contract.testing.Hosts.assume;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.elevo.agent.driver.Command;
import dev.elevo.agent.driver.IsolationDriver;
import dev.elevo.agent.driver.VolumeImages;
import dev.elevo.agent.volume.Volumes;
import dev.elevo.contract.ApiException;
import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Ids;
import dev.elevo.contract.agent.Deadline;
import dev.elevo.contract.agent.SandboxSpec;
import dev.elevo.contract.agent.StopSandbox;
import dev.elevo.contract.agent.VolumeSpec;
import dev.elevo.contract.agent.VolumeStatus;
import dev.elevo.contract.sandbox.EndReason;
import dev.elevo.contract.sandbox.Resources;
import dev.elevo.contract.sandbox.SandboxState;
import dev.elevo.contract.sandbox.VolumeMount;
import dev.elevo.contract.volume.Filesystem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Volumes in sandboxes: whose they are, where they end, and what cannot be reached through them. */
@Tag("slow")
final class VolumeTest {
    private static final long MEGABYTE = 1 << 20;
    private static final StopSandbox NOW = new StopSandbox(0, EndReason.REQUESTED);

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    private Path home;

    private RealAgent agent;

    @BeforeEach
    void start() throws GeneralSecurityException {
        agent = new RealAgent(home);
        assume(
                agent.context().getBean(IsolationDriver.class).mountsVolumes(),
                "volumes need root and disks with a limit");
    }

    @AfterEach
    void stop() {
        agent.close();
    }

    @ParameterizedTest
    @EnumSource(Filesystem.class)
    void what_is_written_outlives_the_sandbox_and_the_agent_with_its_owner(Filesystem kind) {
        var volume = make(kind);
        var first = sandbox(at("/data", volume));

        assertThat(agent.run(first, "mkdir /data/own && echo kept > /data/own/note && stat -c %U:%a /data /data/own")
                        .stdout())
                .isEqualTo("user:777\nuser:755\n");
        agent.sandboxes().delete(first);
        agent.restart();

        var second = sandbox(at("/else/where", volume));
        assertThat(agent.run(second, "cat /else/where/own/note && stat -c %U /else/where/own/note")
                        .stdout())
                .isEqualTo("kept\nuser\n");
        assertThat(agent.run(second, "root", "stat -c %U:%a /else /else/where && touch /else/where/own/of-root")
                        .stdout())
                .isEqualTo("root:755\nuser:777\n");
        assertThat(agent.run(second, "mount | grep /else/where").stdout()).contains("nosuid", "nodev");
    }

    @Test
    void readers_see_what_the_writer_writes_and_write_nothing() throws IOException {
        var volume = make(Filesystem.EXT4);
        var writer = sandbox(at("/data", volume));
        var reader = sandbox(readOnlyAt("/data", volume));
        var another = sandbox(readOnlyAt("/here", volume), readOnlyAt("/there", volume));

        agent.run(writer, "echo told > /data/note");

        assertThat(agent.run(reader, "cat /data/note").stdout()).isEqualTo("told\n");
        assertThat(agent.run(another, "cat /here/note /there/note").stdout()).isEqualTo("told\ntold\n");
        assertThat(agent.run(reader, "root", "echo no > /data/note").stderr()).contains("Read-only file system");
        assertThat(attached(volume)).hasSize(1);

        List.of(writer, reader, another).forEach(agent.sandboxes()::delete);
        await(() -> attached(volume).isEmpty());
    }

    @Test
    void one_sandbox_writes_at_a_time() {
        var volume = make(Filesystem.EXT4);
        var writer = sandbox(at("/data", volume));

        assertRefused(ErrorCode.VOLUME_IN_USE, () -> sandbox(at("/data", volume)));
        agent.sandboxes().stop(writer, NOW);
        var next = sandbox(at("/data", volume));
        assertRefused(ErrorCode.VOLUME_IN_USE, () -> agent.sandboxes().start(writer, Deadline.NEVER));
        agent.run(next, "echo by-the-next > /data/note");
        agent.sandboxes().stop(next, NOW);

        assertThat(agent.sandboxes().start(writer, Deadline.NEVER).state()).isEqualTo(SandboxState.RUNNING);
        assertThat(agent.run(writer, "cat /data/note").stdout()).isEqualTo("by-the-next\n");
    }

    @Test
    void of_those_who_want_to_write_at_the_same_moment_one_does() throws Exception {
        for (int round = 0; round < 5; round++) {
            var volume = make(Filesystem.EXT4);
            var starts = new CyclicBarrier(3);
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                Callable<Boolean> start = () -> {
                    starts.await();
                    try {
                        sandbox(at("/data", volume));
                        return true;
                    } catch (ApiException e) {
                        assertThat(e.failure().code()).isEqualTo(ErrorCode.VOLUME_IN_USE);
                        return false;
                    }
                };
                var writing = 0;
                for (var one : threads.invokeAll(List.of(start, start, start))) {
                    writing += one.get() ? 1 : 0;
                }
                assertThat(writing).isEqualTo(1);
            }
        }
    }

    @Test
    void one_that_is_being_checked_is_waited_for() throws Exception {
        var volume = make(Filesystem.EXT4);
        var lock = home.resolve("agent/volumes/" + volume + ".img.lock");
        // As the program does that checks it.
        var checking = new ProcessBuilder("flock", lock.toString(), "sh", "-c", "echo begun; read -r end")
                .redirectErrorStream(true)
                .start();
        try (var said = checking.inputReader()) {
            assertThat(said.readLine()).isEqualTo("begun");
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                var starting = threads.submit(() -> sandbox(at("/data", volume)));
                // The others need not wait.
                assertThat(agent.run(sandbox(), "echo well").stdout()).isEqualTo("well\n");
                assertThat(starting).isNotDone();
                checking.outputWriter().close();
                assertThat(agent.run(starting.get(), "echo well > /data/note && cat /data/note")
                                .stdout())
                        .isEqualTo("well\n");
            }
        } finally {
            checking.destroy();
        }
    }

    @Test
    void what_is_not_there_is_not_mounted() {
        assertRefused(ErrorCode.VOLUME_NOT_FOUND, () -> sandbox(at("/data", Ids.VOLUME.random())));
        assertRefused(ErrorCode.VOLUME_NOT_FOUND, () -> volumes().resize(Ids.VOLUME.random(), 2));
        volumes().delete(Ids.VOLUME.random());
    }

    @ParameterizedTest
    @EnumSource(Filesystem.class)
    void a_full_volume_is_an_error_inside_and_nothing_else(Filesystem kind) {
        var volume = make(kind);
        var id = sandbox(at("/data", volume));
        assertThat(used(volume)).isLessThan(60 * MEGABYTE);

        var filled = agent.run(id, "head -c 2G /dev/zero > /data/everything");

        assertThat(filled.stderr()).contains("No space left on device");
        assertThat(used(volume)).isBetween(900 * MEGABYTE, 1024 * MEGABYTE);
        assertThat(agent.run(id, "echo well > note && cat note && rm /data/everything && echo again > /data/some")
                        .stdout())
                .isEqualTo("well\n");
        await(() -> used(volume) < 60 * MEGABYTE);
        agent.sandboxes().delete(id);
        await(() -> attached(volume).isEmpty());
        assertThat(used(volume)).isLessThan(60 * MEGABYTE);
    }

    @Test
    void a_part_of_it_is_made_for_who_may_write_and_for_nobody_else() {
        var volume = make(Filesystem.EXT4);
        var writer = sandbox(part("/data", volume, "a/b", false));

        assertThat(agent.run(writer, "echo inner > /data/note && ls -A /data").stdout())
                .isEqualTo("note\n");

        assertThat(agent.run(sandbox(readOnlyAt("/all", volume)), "cat /all/a/b/note && stat -c %U /all/a")
                        .stdout())
                .isEqualTo("inner\nuser\n");
        assertThatThrownBy(() -> sandbox(part("/data", volume, "c", true))).isInstanceOf(ApiException.class);
    }

    @Test
    void links_that_another_sandbox_planted_lead_nowhere_outside() {
        var volume = make(Filesystem.EXT4);
        var attacker = sandbox(at("/data", volume));
        agent.run(
                attacker,
                "cd /data; ln -s /etc absolute; ln -s ../../../../../../etc upwards; ln -s /proc/1/root magic;"
                        + " mkdir -p etc && echo of-the-volume > etc/passwd; ln -s . self");
        agent.sandboxes().delete(attacker);

        for (var link : List.of("absolute", "upwards", "self/absolute")) {
            var victim = sandbox(part("/data", volume, link, false));
            assertThat(agent.run(victim, "cat /data/passwd").stdout()).isEqualTo("of-the-volume\n");
            agent.sandboxes().delete(victim);
        }
        assertThatThrownBy(() -> sandbox(part("/data", volume, "magic/etc", true)))
                .isInstanceOf(ApiException.class);
        assertThatThrownBy(() -> sandbox(part("/data", volume, "magic", false))).isInstanceOf(ApiException.class);
        var looking = sandbox(part("/data", volume, "../..", true));
        assertThat(agent.run(looking, "cat /data/etc/passwd").stdout()).isEqualTo("of-the-volume\n");
    }

    @Test
    void a_place_that_was_swapped_for_a_link_is_still_inside() {
        var volume = make(Filesystem.EXT4);
        var id = sandbox(at("/own/elevo-volume", volume));
        agent.run(id, "echo kept > /own/elevo-volume/note");
        agent.run(id, "root", "mv /own /away && ln -s / /own");
        agent.sandboxes().stop(id, NOW);

        agent.sandboxes().start(id, Deadline.NEVER);

        assertThat(agent.run(id, "cat /elevo-volume/note").stdout()).isEqualTo("kept\n");
        assertThat(Path.of("/elevo-volume")).doesNotExist();
    }

    @Test
    void one_that_nobody_has_grows() {
        for (var kind : List.of(Filesystem.EXT4, Filesystem.XFS)) {
            var volume = make(kind);
            var writer = sandbox(at("/data", volume));
            agent.run(writer, "echo kept > /data/note");
            agent.sandboxes().delete(writer);
            await(() -> attached(volume).isEmpty());

            assertThat(volumes().resize(volume, 3).gigabytes()).isEqualTo(3);
            assertThat(volumes().resize(volume, 2).gigabytes()).isEqualTo(3);

            await(() -> attached(volume).isEmpty());
            assertThat(used(volume)).isLessThan(100 * MEGABYTE);
            var id = sandbox(at("/data", volume));
            assertThat(megabytes(id)).isBetween(2900L, 3072L);
            assertThat(agent.run(id, "cat /data/note").stdout()).isEqualTo("kept\n");
        }
    }

    @Test
    void one_that_is_mounted_grows_under_its_users_hands() {
        var volume = make(Filesystem.XFS);
        var id = sandbox(at("/data", volume));
        assertThat(megabytes(id)).isLessThan(1024);

        volumes().resize(volume, 2);

        assertThat(megabytes(id)).isBetween(1900L, 2048L);
        assertThat(agent.run(id, "head -c 1500M /dev/zero > /data/much && echo well")
                        .stdout())
                .isEqualTo("well\n");
    }

    /** The kernel wants CAP_SYS_RESOURCE for it, which root in a container may lack. */
    @Test
    void a_mounted_ext4_grows_where_the_kernel_lets_us_and_is_refused_by_name_elsewhere() throws IOException {
        var volume = make(Filesystem.EXT4);
        var id = sandbox(at("/data", volume));
        var rights = Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("CapEff:"))
                .map(line -> Long.parseUnsignedLong(line.substring(7).strip(), 16))
                .findFirst()
                .orElseThrow();

        if ((rights >> 24 & 1) == 1) {
            volumes().resize(volume, 2);
            assertThat(megabytes(id)).isBetween(1900L, 2048L);
        } else {
            assertRefused(ErrorCode.NOT_IMPLEMENTED, () -> volumes().resize(volume, 2));
            assertThat(volumes().look(List.of(volume)).getFirst().gigabytes()).isEqualTo(1);
            agent.sandboxes().stop(id, NOW);
            await(() -> attached(volume).isEmpty());
            volumes().resize(volume, 2);
            agent.sandboxes().start(id, Deadline.NEVER);
            assertThat(megabytes(id)).isBetween(1900L, 2048L);
        }
    }

    @ParameterizedTest
    @EnumSource(Filesystem.class)
    void a_deleted_one_is_cut_off_from_who_has_it_and_the_sandbox_goes_on(Filesystem kind) {
        var volume = make(kind);
        var id = sandbox(at("/data", volume));
        agent.run(id, "echo some > /data/note; head -c 100M /dev/zero > /data/more; sync");

        volumes().delete(volume);

        assertThat(volumes().list()).isEmpty();
        assertThat(agent.run(id, "echo more > /data/other").stderr()).contains("Input/output error");
        assertThat(agent.run(id, "echo well").stdout()).isEqualTo("well\n");
        agent.sandboxes().stop(id, NOW);
        assertRefused(ErrorCode.VOLUME_NOT_FOUND, () -> agent.sandboxes().start(id, Deadline.NEVER));
        assertThat(files()).isEmpty();
    }

    @Test
    void one_that_was_in_use_when_the_power_went_is_whole() throws IOException {
        for (var kind : List.of(Filesystem.EXT4, Filesystem.XFS)) {
            var volume = make(kind);
            var id = sandbox(at("/data", volume));
            agent.run(id, "for i in $(seq 200); do echo $i > /data/$i; done; sync; mv /data/1 /data/one");
            var image = home.resolve("agent/volumes/" + volume + ".img");
            var then = Files.readAllBytes(home.resolve("agent/volumes/" + volume + ".img.lock"));
            assertThat(then).isNotEmpty();
            var copy = Ids.VOLUME.random();
            copySparse(image, home.resolve("agent/volumes/" + copy + ".img"));
            agent.sandboxes().delete(id);
            await(() -> attached(volume).isEmpty());

            var after = sandbox(at("/data", copy));

            assertThat(agent.run(after, "cat /data/[2-9] /data/200 && ls /data | grep -v lost | wc -l")
                            .stdout())
                    .isEqualTo("2\n3\n4\n5\n6\n7\n8\n9\n200\n200\n");
        }
    }

    @Test
    void a_host_that_is_short_of_disk_makes_none() throws GeneralSecurityException, IOException {
        var shortOf = Files.createDirectory(home.resolve("short"));
        try (var poor = new RealAgent(shortOf, Map.of("elevo.disk.floor.mb", Integer.MAX_VALUE))) {
            var volumes = poor.context().getBean(Volumes.class);
            assertRefused(
                    ErrorCode.STORAGE_INSUFFICIENT,
                    () -> volumes.create(new VolumeSpec(Ids.VOLUME.random(), 1, Filesystem.EXT4)));
            assertThat(volumes.list()).isEmpty();
        }
    }

    @Test
    void what_an_agent_left_half_made_is_gone_and_what_was_whole_is_there() {
        var volume = make(Filesystem.EXT4);
        var images = home.resolve("agent/volumes");

        agent.restart(() -> {
            try {
                Files.writeString(images.resolve("0c6a.new"), "half");
                Files.writeString(images.resolve(Ids.VOLUME.random() + ".img.lock"), "3");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });

        assertThat(volumes().list()).extracting(VolumeStatus::id).containsExactly(volume);
        assertThat(files()).allMatch(name -> name.startsWith(volume));
    }

    private String make(Filesystem kind) {
        assume(
                agent.context().getBean(VolumeImages.class).canMake(kind),
                "there is no mkfs." + kind.label() + " on this host");
        var made = volumes().create(new VolumeSpec(Ids.VOLUME.random(), 1, kind));
        assertThat(made.gigabytes()).isEqualTo(1);
        assertThat(volumes().create(new VolumeSpec(made.id(), 1, kind))).isEqualTo(made);
        return made.id();
    }

    private Volumes volumes() {
        return agent.context().getBean(Volumes.class);
    }

    private String sandbox(VolumeMount... mounts) {
        return agent.create(new SandboxSpec(
                Ids.SANDBOX.random(),
                "base",
                Map.of(),
                "/home/user",
                "user",
                "/bin/bash",
                Resources.DEFAULT,
                RealAgent.OFFLINE,
                List.of(),
                null,
                null,
                null,
                List.of(mounts),
                null));
    }

    private static VolumeMount at(String path, String volume) {
        return part(path, volume, null, false);
    }

    private static VolumeMount readOnlyAt(String path, String volume) {
        return part(path, volume, null, true);
    }

    private static VolumeMount part(String path, String volume, @Nullable String subPath, boolean readOnly) {
        return new VolumeMount(volume, path, subPath, readOnly);
    }

    private long used(String volume) {
        return Objects.requireNonNull(volumes().look(List.of(volume)).getFirst().usedSize());
    }

    private long megabytes(String id) {
        return Long.parseLong(
                agent.run(id, "df -m --output=size /data | tail -n 1").stdout().strip());
    }

    private List<String> attached(String volume) {
        try (var devices = Files.newDirectoryStream(Path.of("/sys/block"), "loop*")) {
            var found = new ArrayList<String>();
            for (var device : devices) {
                var file = device.resolve("loop/backing_file");
                if (Files.exists(file) && Files.readString(file).contains(volume)) {
                    found.add(device.toString());
                }
            }
            return found;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<String> files() {
        try (var files = Files.list(home.resolve("agent/volumes"))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> !name.equals("mnt") && !name.equals("empty.xfs"))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void copySparse(Path from, Path to) throws IOException {
        Command.run(
                List.of("cp", "--sparse=always", from.toString(), to.toString()),
                home,
                home.resolve("cp.log"),
                PATIENCE);
    }

    private static void assertRefused(ErrorCode code, ThrowingCallable attempt) {
        assertThatThrownBy(attempt)
                .isInstanceOfSatisfying(
                        ApiException.class,
                        thrown -> assertThat(thrown.failure().code()).isEqualTo(code));
    }
}
