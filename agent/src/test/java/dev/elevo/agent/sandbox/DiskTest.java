package dev.elevo.agent.sandbox;

import static dev.elevo.contract.testing.Eventually.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.elevo.agent.driver.Command;
import dev.elevo.agent.driver.DiskImages;
import dev.elevo.agent.driver.DiskUsage;
import dev.elevo.agent.driver.IsolationDriver;
import dev.elevo.agent.driver.Places;
import dev.elevo.agent.driver.Slot;
import dev.elevo.agent.helper.ExecRequest;
import dev.elevo.agent.helper.Helper;
import dev.elevo.agent.helper.Reply;
import dev.elevo.contract.ApiException;
import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.agent.SandboxSpec;
import dev.elevo.contract.sandbox.NetworkConfig;
import dev.elevo.contract.sandbox.Resources;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The disk of a sandbox: where it ends, and what becomes of it. */
final class DiskTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final long MEGABYTE = 1 << 20;
    private static final SandboxSpec SMALL = RealAgent.spec(new Resources(1.0, 512, 1, 0, null), RealAgent.OFFLINE);

    @TempDir
    private Path home;

    private RealAgent agent;

    @BeforeEach
    void start() throws GeneralSecurityException {
        agent = new RealAgent(home);
        agent.requireEnforced("disk");
    }

    @AfterEach
    void stop() {
        agent.close();
    }

    @Test
    void a_full_disk_is_that_sandboxes_own_and_it_stays_usable() throws IOException {
        var full = small();
        var neighbour = small();

        var filled = agent.run(full, "head -c 2G /dev/zero > everything");

        assertThat(filled.exitCode()).isNotZero();
        assertThat(filled.stderr()).contains("No space left on device");
        assertThat(agent.run(full, "wc -c < everything").stdout().strip())
                .satisfies(size -> assertThat(Long.parseLong(size)).isBetween(900 * MEGABYTE, 1024 * MEGABYTE));
        assertThat(agent.run(neighbour, "head -c 50M /dev/zero > some && echo well")
                        .stdout())
                .isEqualTo("well\n");

        assertThat(agent.run(full, "rm everything && head -c 500M /dev/zero > less && rm less && sync && echo well")
                        .stdout())
                .isEqualTo("well\n");
        var image = DiskImages.of(driver(), agent.slot(full));
        await("the host has back what was deleted", () -> megabytesOnTheHost(image) < 100);
    }

    @Test
    void the_limit_is_the_one_that_was_asked_for_and_the_host_says_that_it_holds() throws IOException {
        var usual = agent.create();
        var large = agent.create(RealAgent.spec(new Resources(1.0, 1024, 50, 0, null), NetworkConfig.DEFAULT));

        assertThat(agent.sandboxes().host().enforced()).containsEntry("disk", true);
        assertThat(agent.sandboxes().get(usual).enforced()).containsEntry("disk", true);
        assertThat(usage(usual).total() / MEGABYTE).isBetween(9_700L, 10_240L);
        assertThat(usage(large).total() / MEGABYTE).isBetween(49_000L, 51_200L);
    }

    @Test
    void what_is_used_is_told() throws IOException {
        var id = small();
        var before = usage(id);

        agent.run(id, "head -c 100M /dev/zero > some; sync");

        var after = usage(id);
        assertThat((after.used() - before.used()) / MEGABYTE).isBetween(100L, 110L);
        assertThat(after.total() / MEGABYTE).isBetween(950L, 1024L);
        assertThat(before.used() / MEGABYTE).isLessThan(2);
    }

    @Test
    void the_files_are_there_when_it_starts_again() throws IOException {
        var slot = agent.context().getBean(Places.class).fresh();
        driver().start(slot, SMALL);
        inside(
                slot,
                "echo kept > /home/user/note; echo changed >> /etc/profile; rm /usr/bin/perl; echo mine > /etc/hosts");

        // Also while the last mount of it is still going: there is no pause between the two.
        for (int i = 0; i < 5; i++) {
            driver().kill(slot);
            driver().start(slot, SMALL);
        }

        assertThat(inside(
                        slot,
                        "cat /home/user/note; tail -n 1 /etc/profile; ls /usr/bin/perl 2>/dev/null; cat /etc/hosts"))
                .isEqualTo("kept\nchanged\nmine\n");
        driver().remove(slot);
        await("no loop device holds it", () -> !isAttached(slot));
    }

    @Test
    @Tag("slow")
    void a_disk_that_was_in_use_when_the_power_went_is_mended_first() throws IOException {
        var slot = agent.context().getBean(Places.class).fresh();
        driver().start(slot, SMALL);
        inside(slot, "echo kept > /home/user/note; sync");
        var image = DiskImages.of(driver(), slot);
        Command.run(
                List.of("cp", "--sparse=always", image.toString(), image + ".then"),
                home,
                home.resolve("cp.log"),
                PATIENCE);
        driver().kill(slot);
        Files.move(Path.of(image + ".then"), image, StandardCopyOption.REPLACE_EXISTING);

        driver().start(slot, SMALL);

        assertThat(Files.readString(slot.directory().resolve("start.log")))
                .contains("was not cleanly unmounted, check forced");
        assertThat(inside(slot, "cat /home/user/note")).isEqualTo("kept\n");
        driver().remove(slot);
    }

    @Test
    @Tag("slow")
    void nothing_is_left_mounted_whatever_ends_it() throws IOException {
        var deleted = small();
        var killed = small();
        var slots = List.of(agent.slot(deleted), agent.slot(killed));
        assertThat(slots).allSatisfy(slot -> assertThat(isAttached(slot)).isTrue());
        assertThat(Files.readString(Path.of("/proc/self/mounts"))).doesNotContain(home.toString());

        agent.sandboxes().delete(deleted);
        agent.firstProcess(killed).kill();

        await("no loop device holds them", () -> slots.stream().noneMatch(DiskTest::isAttached));
    }

    @Test
    @Tag("slow")
    void one_that_was_made_without_a_disk_of_its_own_goes_on_so() throws IOException {
        var slot = agent.context().getBean(Places.class).fresh();
        var note = slot.directory().resolve("upper/home/user/note");
        Files.createDirectories(note.getParent());
        Files.writeString(note, "old\n");

        driver().start(slot, SMALL);

        assertThat(inside(slot, "cat /home/user/note")).isEqualTo("old\n");
        assertThat(driver().enforced(slot)).containsEntry("disk", false);
        assertThat(driver().disk(slot, SMALL.resources()).total()).isGreaterThan(1024 * MEGABYTE);
        driver().remove(slot);
    }

    @Test
    void names_are_those_of_the_spec_and_can_change_while_it_runs() throws IOException {
        var network = new NetworkConfig(
                false, null, null, null, null, false, List.of("192.0.2.7"), Map.of("db.test", "192.0.2.8"));
        var id = agent.create(RealAgent.spec(Resources.DEFAULT, network));

        assertThat(agent.run(id, "cat /etc/resolv.conf; getent hosts db.test").stdout())
                .contains("nameserver 192.0.2.7\n")
                .contains("192.0.2.8");
        Files.writeString(agent.slot(id).directory().resolve("names/etc/hosts"), "192.0.2.9 db.test\n");
        assertThat(agent.run(id, "getent hosts db.test").stdout()).startsWith("192.0.2.9");
    }

    @Test
    @Tag("slow")
    void a_host_that_is_short_of_disk_makes_no_more() throws GeneralSecurityException, IOException {
        var shortOf = Files.createDirectory(home.resolve("short"));
        try (var poor = new RealAgent(shortOf, Map.of("elevo.disk.floor.mb", Integer.MAX_VALUE))) {
            assertThatThrownBy(poor::create).isInstanceOfSatisfying(ApiException.class, thrown -> {
                assertThat(thrown.failure().code()).isEqualTo(ErrorCode.RESOURCE_EXHAUSTED);
                assertThat(thrown.failure().details()).containsEntry("resource", "disk");
            });
        }
    }

    private String small() {
        return agent.create(RealAgent.spec(SMALL.resources(), RealAgent.OFFLINE));
    }

    private IsolationDriver driver() {
        return agent.context().getBean(IsolationDriver.class);
    }

    private DiskUsage usage(String id) throws IOException {
        return driver().disk(agent.slot(id), Resources.DEFAULT);
    }

    /** As root, in a slot that no record names. */
    private static String inside(Slot slot, String command) throws IOException {
        var request = new ExecRequest(
                "root",
                "/",
                List.of("/bin/sh", "-c", command),
                Map.of(),
                false,
                new ExecRequest.NoInput(),
                null,
                ExecRequest.Timeout.killing(PATIENCE),
                new byte[0]);
        var out = new StringBuilder();
        try (var helper = new Helper(slot.helperSocket());
                var process = helper.exec(request)) {
            for (var reply = process.next(); !(reply instanceof Reply.Ended); reply = process.next()) {
                if (reply instanceof Reply.Output output) {
                    out.append(new String(output.data(), StandardCharsets.UTF_8));
                }
            }
            process.forget();
        }
        return out.toString();
    }

    private static boolean isAttached(Slot slot) {
        try (var devices = Files.newDirectoryStream(Path.of("/sys/block"), "loop*")) {
            for (var device : devices) {
                if (fileOf(device).endsWith("/slots/" + slot.name() + ".img")) {
                    return true;
                }
            }
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Nothing where the device has none, which may be so from one moment to the next. */
    private static String fileOf(Path device) throws IOException {
        try {
            return Files.readString(device.resolve("loop/backing_file")).strip();
        } catch (NoSuchFileException _) {
            return "";
        }
    }

    private long megabytesOnTheHost(Path file) {
        var log = home.resolve("du.log");
        try {
            Command.run(List.of("du", "-m", file.toString()), home, log, PATIENCE);
            return Long.parseLong(Command.said(log).split("\\s", 2)[0]);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
