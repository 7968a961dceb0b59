package dev.elevo.agent.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** So many that nothing of them may be kept in memory. {@code -Delevo.files=1000000} tries more. */
@Tag("slow")
class ManyFilesTest {
    private static final int FILES = Integer.getInteger("elevo.files", 10_000);
    private static final int PER_DIRECTORY = 1000;

    /** All that can be told of them, in their order: names, kinds, modes, owners, times, contents. */
    private static final String WORDS = """
        { find upper -printf '%p %y %m %U %G %T@ %n %l\\n' | LC_ALL=C sort
          find upper -type f -print0 | LC_ALL=C sort -z | xargs -0 cat; } | sha256sum\
        """;

    @TempDir
    private Path directory;

    @Test
    void they_come_back_as_they_were_and_need_no_heap() throws Exception {
        var tree = tree();
        inLittleMemory(new Deed(Deed.Kind.TAKE, "one", null, scratch(), tree));
        Files.writeString(tree.resolve("upper/d0/f0"), "changed");
        inLittleMemory(new Deed(Deed.Kind.TAKE, "two", "one", scratch(), tree));

        assertThat(restored("one")).isNotEqualTo(words(tree));
        assertThat(restored("two")).isEqualTo(words(tree));
        assertThat(scratch()).isEmptyDirectory();
    }

    private Path tree() throws IOException {
        var tree = directory.resolve("tree");
        Path into = tree;
        for (int i = 0; i < FILES; i++) {
            if (i % PER_DIRECTORY == 0) {
                into = Files.createDirectories(tree.resolve("upper/d" + i / PER_DIRECTORY));
            }
            Files.writeString(into.resolve("f" + i), i % 7 == 0 ? "" : "the content of file " + i + "\n");
        }
        return tree;
    }

    private Path scratch() throws IOException {
        return Files.createDirectories(directory.resolve("scratch"));
    }

    private String restored(String id) throws Exception {
        var to = Files.createDirectory(directory.resolve(id));
        inLittleMemory(new Deed(Deed.Kind.RESTORE, id, null, scratch(), to));
        var words = words(to);
        Samples.shell(directory, "rm -r " + id);
        return words;
    }

    private static String words(Path tree) throws IOException, InterruptedException {
        return said(new ProcessBuilder("bash", "-eo", "pipefail", "-c", WORDS).directory(tree.toFile()), tree);
    }

    /** As the agent works, with a heap that would not hold a hundredth of a million of anything. */
    private void inLittleMemory(Deed deed) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-Xmx24m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-Delevo.helper=" + System.getProperty("elevo.helper"),
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                Deed.class.getName()));
        command.addAll(deed.words());
        command.add(directory.resolve("blobs").toString());
        said(new ProcessBuilder(command), deed);
    }

    private static String said(ProcessBuilder builder, @Nullable Object what) throws IOException, InterruptedException {
        var process = builder.redirectErrorStream(true).start();
        var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as("%s: %s", what, said).isZero();
        return said;
    }
}
