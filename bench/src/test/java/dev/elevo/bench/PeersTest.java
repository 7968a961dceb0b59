package dev.elevo.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The peers do the work they are measured by; without that a ratio is worth nothing. */
class PeersTest {

    @Test
    void podman_makes_a_container_and_prints() throws Exception {
        assumeInstalled("podman", "crun", "unshare");
        try (var scratch = new Scratch("podman-test");
                var podman = new PodmanPeer(scratch)) {
            assertThat(podman.createAndRun("hello")).isPositive();
        }
    }

    @Test
    void ssh_runs_a_command_over_the_open_connection() throws Exception {
        assumeInstalled("ssh", "sshd", "unshare");
        try (var scratch = new Scratch("ssh-test")) {
            assertThat(new SshPeer(scratch).runTrue()).isPositive();
        }
    }

    private static void assumeInstalled(String... programs) {
        assumeTrue("root".equals(System.getProperty("user.name")), "skipped: this peer is started by root only");
        for (var program : programs) {
            assumeTrue(
                    Stream.of((System.getenv("PATH") + File.pathSeparator + "/usr/sbin").split(File.pathSeparator))
                            .anyMatch(folder -> Files.isExecutable(Path.of(folder, program))),
                    "skipped: " + program + " is not installed");
        }
    }
}
