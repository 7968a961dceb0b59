package dev.elevo.agent.driver;

import dev.elevo.agent.AgentConfiguration;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Files that are gone for everybody, and deleted when there is time: whoever filled a sandbox chose how long that takes. */
@Singleton
final class Trash {
    private static final Logger LOG = LoggerFactory.getLogger(Trash.class);
    private static final int PATIENCE_SECONDS = 5;

    private final Path directory;
    private final ExecutorService worker = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().name("trash").daemon().factory());

    Trash(AgentConfiguration configuration) throws IOException {
        directory = Files.createDirectories(configuration.directory().resolve("trash"));
        try (var left = Files.list(directory)) {
            left.forEach(tree -> worker.execute(() -> delete(tree)));
        }
    }

    /** What is not there is thrown away already. */
    void throwAway(Path tree) throws IOException {
        if (Files.exists(tree)) {
            // A directory of its own each: names come again.
            var bin = Files.createTempDirectory(directory, "");
            Files.move(tree, bin.resolve(tree.getFileName()), StandardCopyOption.ATOMIC_MOVE);
            worker.execute(() -> delete(bin));
        }
    }

    private static void delete(Path tree) {
        try {
            FileTrees.delete(tree);
        } catch (IOException e) {
            LOG.warn("{} stays until the next start: {}", tree, e.getMessage());
        }
    }

    @PreDestroy
    void close() throws InterruptedException {
        worker.shutdown();
        if (!worker.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            worker.shutdownNow();
        }
    }
}
