package dev.elevo.agent.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elevo.contract.blob.FileBlobStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A whole process is killed, at any moment. {@code -Delevo.kills=500} tries more. */
class KillTest extends CrashSuite {
    private static final int KILLS = Integer.getInteger("elevo.kills", 5);
    private static final int KILLED = 128 + 9;

    /** How long what is not killed takes, or more than that. */
    private long longest = TimeUnit.MILLISECONDS.toNanos(100);

    @Override
    int crashes() {
        return KILLS;
    }

    @Override
    boolean diesOf(Deed deed) throws IOException, InterruptedException {
        var process = new ProcessBuilder(command(deed))
                .redirectError(directory.resolve("said").toFile())
                .start();
        try (var said = process.inputReader()) {
            assertThat(said.readLine()).as(() -> said()).isEqualTo("begins");
            var begun = System.nanoTime();
            if (process.waitFor(random.nextLong(longest), TimeUnit.NANOSECONDS)) {
                assertThat(process.exitValue()).as(() -> said()).isZero();
                longest = Math.max(TimeUnit.MILLISECONDS.toNanos(1), System.nanoTime() - begun);
                return false;
            }
        }
        process.destroyForcibly();
        var ended = process.waitFor();
        longest += longest / 8;
        sweep();
        assertThat(ended).as(() -> said()).isIn(0, KILLED);
        return ended == KILLED;
    }

    private List<String> command(Deed deed) {
        var words = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-Delevo.helper=" + System.getProperty("elevo.helper"),
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                Deed.class.getName()));
        words.addAll(deed.words());
        words.add(directory.resolve("blobs").toString());
        return words;
    }

    private String said() {
        try {
            return Files.readString(directory.resolve("said"), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return e.toString();
        }
    }

    /** What the next agent does when it starts. */
    private void sweep() throws IOException {
        try (var left = Files.list(scratch)) {
            for (var file : left.toList()) {
                Files.delete(file);
            }
        }
        store = new FileBlobStore(directory.resolve("blobs"));
    }
}
