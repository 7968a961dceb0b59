package dev.elevo.agent.driver;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Mounts in a namespace of their own, which a process of ours holds. Nobody else sees them, and they are gone with the agent,
 * however it ends: the process has its input from us.
 */
final class Held implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Held.class);
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Process process;
    private final BufferedReader says;

    private Held(Process process) {
        this.process = process;
        this.says = process.inputReader(StandardCharsets.UTF_8);
    }

    /**
     * Returns when they are mounted.
     *
     * @param options of the helper
     * @param log takes what the helper complains about
     */
    static Held open(Path helper, List<String> options, Path directory, Path log) throws IOException {
        var words = new ArrayList<>(List.of(helper.toString(), "run"));
        words.addAll(options);
        words.addAll(List.of("--", helper.toString(), "wait"));
        var builder = new ProcessBuilder(words).directory(directory.toFile()).redirectError(log.toFile());
        // A check of a file system that must be mended is a program of the host.
        builder.environment().keySet().retainAll(Map.of("PATH", "").keySet());
        var held = new Held(builder.start());
        if (held.says.readLine() == null) {
            held.close();
            throw new IOException("nothing was mounted: " + Command.said(log));
        }
        return held;
    }

    boolean isThere() {
        return process.isAlive();
    }

    /** The file as it looks to whoever has these mounts. */
    Path path(Path file) {
        return Path.of("/proc", Long.toString(process.pid()), "root" + File.separator + file.toAbsolutePath());
    }

    @Override
    public void close() {
        try {
            process.outputWriter().close();
            if (process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                return;
            }
        } catch (IOException e) {
            LOG.debug("it has gone already: {}", e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        process.destroyForcibly();
    }
}
