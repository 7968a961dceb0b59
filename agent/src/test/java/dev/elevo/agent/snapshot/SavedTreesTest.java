package dev.elevo.agent.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elevo.agent.AgentConfiguration;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SavedTreesTest {
    private static final int MANY = 3000;

    @TempDir
    private Path home;

    @Test
    void what_others_take_away_meanwhile_does_not_keep_files_from_their_place() throws Exception {
        var root = Files.createDirectory(home.resolve("root"));
        var trees = new SavedTrees(new Archives(new AgentConfiguration(
                "", home.resolve("agent").toString(), "", System.getProperty("elevo.helper"), "none", "", 0, "0")));
        Files.writeString(root.resolve("saved"), "mine");
        var stream = new ByteArrayOutputStream();
        var written = trees.write(List.of(root), stream);
        for (int i = 0; i < MANY; i++) {
            Files.createFile(root.resolve("other" + i));
        }

        try (var unpacked =
                trees.unpack(new ByteArrayInputStream(stream.toByteArray()), written.sha256(), root::equals)) {
            var others = CompletableFuture.runAsync(() -> takeAway(root));
            unpacked.moveIn();
            others.join();
        }

        assertThat(root).isDirectoryContaining("glob:**/saved");
        assertThat(root.resolve("saved")).hasContent("mine");
        try (var left = Files.list(root)) {
            assertThat(left).hasSize(1);
        }
    }

    private static void takeAway(Path root) {
        try {
            for (int i = 0; i < MANY; i++) {
                Files.deleteIfExists(root.resolve("other" + i));
            }
        } catch (IOException e) {
            throw new CompletionException(e);
        }
    }
}
