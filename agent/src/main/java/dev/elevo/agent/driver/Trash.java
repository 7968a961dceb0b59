package dev.elevo.agent.driver;

import dev.elevo.agent.AgentConfiguration;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Files that are gone for everybody, and deleted when there is time: whoever filled a sandbox chose how long that takes. */
@Singleton
final class Trash {
    private static final Logger LOG = LoggerFactory.getLogger(Trash.class);
    private static final int PERIOD_SECONDS = 1;
    private static final int PATIENCE_SECONDS = 5;

    private final Path directory;
    private final ScheduledFuture<?> rounds;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("trash").daemon().factory());

    Trash(AgentConfiguration configuration) throws IOException {
        directory = Files.createDirectories(configuration.directory().resolve("trash"));
        rounds = timer.scheduleWithFixedDelay(this::empty, 0, PERIOD_SECONDS, TimeUnit.SECONDS);
    }

    /** What is not there is thrown away already. */
    void throwAway(Path tree) throws IOException {
        if (Files.exists(tree)) {
            // Names come again, so it gets another.
            Files.move(tree, directory.resolve(UUID.randomUUID().toString()), StandardCopyOption.ATOMIC_MOVE);
        }
    }

    private void empty() {
        try (var trees = Files.list(directory)) {
            var all = trees.toList();
            if (!all.isEmpty()) {
                FileTrees.delete(all);
            }
        } catch (IOException | UncheckedIOException e) {
            LOG.warn("what was thrown away is still there", e);
        }
    }

    @PreDestroy
    void close() throws InterruptedException {
        rounds.cancel(false);
        timer.shutdown();
        if (!timer.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            timer.shutdownNow(); // the next start goes on with it
        }
    }
}
