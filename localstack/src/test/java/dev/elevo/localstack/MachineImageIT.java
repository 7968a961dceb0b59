package dev.elevo.localstack;

import static dev.elevo.contract.testing.Hosts.assume;
import static org.assertj.core.api.Assertions.assertThat;

import dev.elevo.contract.testing.Eventually;
import dev.elevo.contract.testing.Hosts;
import dev.elevo.localstack.microvm.GuestHooks;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What AWS builds of our zip, as far as that goes without its builder and its processors: the helper from its sources, the linked runtime,
 * the training, the start with what was learned, and the hooks.
 */
@Tag("slow")
@Timeout(600)
final class MachineImageIT {
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final Pattern JLINK = Pattern.compile("jlink (.*) --output /runtime");

    /** It is the machine's whole life: learning ends with the image's build. */
    private static final String LIFE = """
        mkdir -p /var/elevo && cp -a /mnt/image/. /var/elevo && export ELEVO_PLACE=/var/elevo &&
        ELEVO_AGENT_PORT=$1 ELEVO_HOOKS_PORT=$2 bash "$ELEVO_PLACE/train" &&
        export JAVA_TOOL_OPTIONS=-XX:AOTMode=on ELEVO_AGENT_PORT=$3 ELEVO_HOOKS_PORT=$4 && exec bash "$ELEVO_PLACE/start"\
        """;

    @TempDir
    private static Path folder;

    @Test
    void it_is_built_and_trained_and_starts_with_what_it_learned() throws Exception {
        assume(
                "root".equals(System.getProperty("user.name")) && Files.exists(Path.of("/usr/bin/setpriv")),
                "a machine of its own is made by root, with setpriv");
        var image = folder.resolve("image");
        var place = Files.createDirectories(folder.resolve("place"));
        run(
                "unzip",
                "-q",
                RunningStack.root()
                        .resolve("agent/target/microvm-image-base.zip")
                        .toString(),
                "-d",
                image.toString());
        run(
                "sh",
                image.resolve("c/build.sh").toString(),
                place.resolve("helper").toString());
        link(image.resolve("Dockerfile"), place.resolve("runtime"));
        Files.move(image.resolve("lib"), place.resolve("lib"));
        forThisProcessor(place.resolve("lib"));
        for (var script : List.of("start", "train")) {
            Files.move(image.resolve(script), place.resolve(script));
        }

        var port = Hosts.freePort();
        var log = folder.resolve("machine.log");
        var machine = new ProcessBuilder(machine(place, port))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try (var hooks = new GuestHooks(port)) {
            while (hooks.call("ready", "") != 200) {
                assertThat(machine.isAlive()).as(() -> read(log)).isTrue();
                Eventually.pause();
            }
            assertThat(hooks.call("validate", "")).as(read(log)).isEqualTo(200);
            // The runtime would not have started without what was learned.
            assertThat(read(log)).contains("AOTCache creation is complete", "-XX:AOTMode=on");
        } finally {
            machine.destroyForcibly();
            assertThat(machine.waitFor(30, TimeUnit.SECONDS)).isTrue();
        }
    }

    private static List<String> machine(Path place, int hooks) throws IOException {
        return List.of(
                RunningStack.root().resolve("agent/src/test/guest/machine").toString(),
                Files.createDirectory(folder.resolve("machine")).toString(),
                "few",
                place + ":/mnt/image",
                "--",
                "env",
                "-i",
                "PATH=/usr/sbin:/usr/bin:/sbin:/bin",
                "LC_ALL=C.UTF-8",
                "bash",
                "-c",
                LIFE,
                "life",
                Integer.toString(Hosts.freePort()),
                Integer.toString(Hosts.freePort()),
                Integer.toString(Hosts.freePort()),
                Integer.toString(hooks));
    }

    /** With the modules that the image has, and no more. */
    private static void link(Path dockerfile, Path runtime) throws Exception {
        var words = JLINK.matcher(Files.readString(dockerfile).replace("\\\n", " "));
        assertThat(words.find()).isTrue();
        var command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "jlink").toString()));
        command.addAll(List.of(words.group(1).strip().split("\\s+")));
        command.addAll(List.of("--output", runtime.toString()));
        run(command.toArray(String[]::new));
    }

    /** The image is for arm64; all else in it is for any. */
    private static void forThisProcessor(Path jars) throws IOException {
        var ours = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(Path::of)
                .filter(jar -> jar.getFileName().toString().matches("netty-transport-native-epoll-.*-linux-.*\\.jar"))
                .findFirst()
                .orElseThrow();
        try (var theirs = Files.newDirectoryStream(jars, "netty-transport-native-epoll-*-linux-*.jar")) {
            for (var jar : theirs) {
                Files.copy(ours, jar, StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    private static void run(String... command) throws IOException, InterruptedException {
        var log = Files.createTempFile(folder, "command", ".log");
        var process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .as(read(log))
                .isTrue();
        assertThat(process.exitValue()).as(read(log)).isZero();
    }

    private static String read(Path log) {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            return e.toString();
        }
    }
}
