package dev.elevo.agent.sandbox;

import static dev.elevo.contract.testing.Eventually.await;
import static dev.elevo.contract.testing.Hosts.assume;
import static org.assertj.core.api.Assertions.assertThat;

import dev.elevo.agent.driver.Command;
import dev.elevo.contract.sandbox.Resources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** All disks are promises on the host's, and here that one is small: who fills it must break nobody else. */
final class FullHostDiskTest {
    private static final Duration TIME = Duration.ofSeconds(60);
    private static final Resources SMALL = new Resources(1.0, 512, 1, 0, null);

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
        agent = new RealAgent(
                Files.createDirectory(disk.resolve("home")),
                Map.of("elevo.disk.floor.mb", 0, "elevo.ready.sandboxes", 0, "elevo.network", "none"));
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
}
