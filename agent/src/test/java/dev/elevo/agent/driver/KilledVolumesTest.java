package dev.elevo.agent.driver;

import static dev.elevo.contract.testing.Hosts.assume;
import static org.assertj.core.api.Assertions.assertThat;

import dev.elevo.contract.Ids;
import dev.elevo.contract.volume.Filesystem;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The keeper of volumes in a JVM of its own, ended by kill -9 while it makes, enlarges and removes them: each is whole then, or gone. */
@Tag("slow")
final class KilledVolumesTest {
    private static final int KILLS = Integer.getInteger("elevo.volume.kills", 25);
    private static final int LONGEST_MILLIS = 700;
    private static final String SAYS = "@";
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    private Path home;

    @Test
    void each_volume_is_whole_or_gone_whenever_its_agent_dies() throws Exception {
        assume(Rights.ofThisProcess().equals(Optional.of(Rights.ROOT)), "volumes are for root");
        var random = new Random(11);
        var there = new HashMap<String, Integer>();
        for (int i = 0; i < KILLS; i++) {
            var unsure = new ArrayList<String>();
            killOne(random.nextInt(LONGEST_MILLIS), there, unsure);
            look(there, unsure);
        }
    }

    /**
     * Lets one work for a moment and notes what it acknowledged.
     *
     * @param there the volumes that are known to be there, with their sizes
     * @param unsure what it had begun and not ended
     */
    private void killOne(int millis, Map<String, Integer> there, List<String> unsure) throws Exception {
        var jvm = new ProcessBuilder(
                        Path.of(property("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        property("java.class.path"),
                        Worker.class.getName(),
                        home.toString(),
                        property("elevo.helper"))
                .redirectErrorStream(true)
                .start();
        var said = new ArrayList<String>();
        try (var lines = new BufferedReader(new InputStreamReader(jvm.getInputStream(), StandardCharsets.UTF_8))) {
            var first = lines.readLine();
            while (first != null && !first.startsWith(SAYS)) {
                said.add(first);
                first = lines.readLine();
            }
            assertThat(first).as(said.toString()).isNotNull();
            said.clear();
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(millis));
            jvm.toHandle().destroyForcibly(); // the process itself would take what it has said along
            jvm.waitFor();
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                said.add(line);
            }
        }
        for (var line : said) {
            note(line, there, unsure);
        }
    }

    /** In the words of {@link Worker}; the last may be torn. */
    private static void note(String line, Map<String, Integer> there, List<String> unsure) {
        var words = line.split(" ");
        if (!line.startsWith(SAYS) || words.length != 4) {
            return;
        }
        unsure.remove(words[2]);
        switch (words[1]) {
            case "begins" -> unsure.add(words[2]);
            case "has" -> there.put(words[2], Integer.valueOf(words[3]));
            case "removed" -> there.remove(words[2]);
            default -> throw new AssertionError(line);
        }
    }

    private void look(Map<String, Integer> there, List<String> unsure) throws IOException {
        var images = open(home, property("elevo.helper"));
        assertThat(files()).noneMatch(name -> name.endsWith(".new"));
        for (var volume : there.entrySet()) {
            if (!unsure.contains(volume.getKey())) {
                assertThat(images.exists(volume.getKey())).as(volume.getKey()).isTrue();
            }
        }
        for (var id : images.ids()) {
            assertThat(there.containsKey(id) || unsure.contains(id)).as(id).isTrue();
            var least = there.getOrDefault(id, 1);
            if (Files.size(home.resolve(id + ".img")) > 0) {
                images.grow(id, Math.max(least, 2));
                assertThat(images.look(List.of(id)).getFirst().usedSize())
                        .as(id)
                        .isNotNull();
                requireWhole(id);
            } else {
                // Half removed: nobody was told that it is there any more.
                assertThat(unsure).contains(id);
            }
            images.remove(id);
            there.remove(id);
        }
        assertThat(there.keySet()).isSubsetOf(unsure);
        there.clear();
        assertThat(files()).noneMatch(name -> name.contains(".img"));
    }

    private void requireWhole(String id) throws IOException {
        var image = home.resolve(id + ".img").toString();
        var head = new byte[4];
        try (var file = Files.newInputStream(Path.of(image))) {
            assertThat(file.read(head)).isEqualTo(head.length);
        }
        var check = new String(head, StandardCharsets.US_ASCII).equals("XFSB")
                ? List.of("xfs_repair", "-n", image)
                : List.of("e2fsck", "-f", "-n", image);
        Command.run(check, home, home.resolve("check.log"), PATIENCE);
    }

    private List<String> files() throws IOException {
        try (var files = Files.list(home)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    private static String property(String name) {
        return Objects.requireNonNull(System.getProperty(name), name);
    }

    private static VolumeImages open(Path home, String helper) throws IOException {
        return new VolumeImages(home, Path.of(helper));
    }

    /** Makes, enlarges and removes volumes, and tells before and after. */
    static final class Worker {
        private Worker() {}

        public static void main(String[] arguments) throws IOException {
            var images = open(Path.of(arguments[0]), arguments[1]);
            var kinds = images.canMake(Filesystem.XFS) ? Filesystem.values() : new Filesystem[] {Filesystem.EXT4};
            say("ready", "-", 0);
            for (int i = 0; true; i++) {
                var id = Ids.VOLUME.random();
                say("begins", id, 1);
                images.make(id, 1, kinds[i % kinds.length]);
                say("has", id, 1);
                say("begins", id, 2);
                images.grow(id, 2);
                say("has", id, 2);
                if (i % 3 != 0) {
                    say("begins", id, 0);
                    images.remove(id);
                    say("removed", id, 0);
                }
            }
        }

        private static void say(String what, String id, int gigabytes) {
            System.out.println(SAYS + " " + what + " " + id + " " + gigabytes);
        }
    }
}
