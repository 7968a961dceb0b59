package dev.elevo.infra;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code ./elevo synth} runs, of packages that are stand-ins. */
class MainTest {
    private static final Duration LONGEST = Duration.ofSeconds(60);

    @TempDir
    private Path folder;

    @Test
    void the_same_is_written_twice_and_in_time() throws IOException {
        var packages = Synthesis.packages();

        var first = written(packages, folder.resolve("first"));
        var second = written(packages, folder.resolve("second"));

        assertThat(first).isEqualTo(second);
    }

    private static List<String> written(Path packages, Path assembly) throws IOException {
        var begun = System.nanoTime();
        Main.main(new String[] {packages.toString(), packages.toString(), assembly.toString()});
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(LONGEST);
        return List.of(
                Files.readString(assembly.resolve("Elevo.template.json")),
                Files.readString(assembly.resolve("Elevo.assets.json")));
    }
}
