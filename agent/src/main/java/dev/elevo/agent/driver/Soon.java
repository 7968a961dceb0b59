package dev.elevo.agent.driver;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/** For what comes about by itself in no time, and tells nobody when. */
public final class Soon {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final long SHORTEST_PAUSE_NANOS = 100_000;
    private static final long LONGEST_PAUSE_NANOS = 10_000_000;

    /** Looks, and does what helps. */
    public interface Attempt {
        /**
         * What is still in the way.
         *
         * @throws IOException there is no point in waiting
         */
        Optional<IOException> obstacle() throws IOException;
    }

    /** What a program shows when it is ready. */
    public interface Sign {
        boolean isThere() throws IOException;
    }

    private Soon() {}

    /** Tries until nothing is in the way, and throws what was in the end. */
    public static void done(Attempt attempt) throws IOException {
        var deadline = System.nanoTime() + PATIENCE.toNanos();
        var pause = SHORTEST_PAUSE_NANOS;
        for (var obstacle = attempt.obstacle(); obstacle.isPresent(); obstacle = attempt.obstacle()) {
            if (System.nanoTime() > deadline) {
                throw obstacle.get();
            }
            LockSupport.parkNanos(pause);
            pause = Math.min(2 * pause, LONGEST_PAUSE_NANOS);
        }
    }

    /**
     * Waits for a program that was just started, and ends it when it is of no use.
     *
     * @throws IOException it ended, or never got ready; the message ends with what it said
     */
    public static void ready(String name, Process process, Path log, Sign sign) throws IOException {
        try {
            done(() -> {
                if (sign.isThere()) {
                    return Optional.empty();
                }
                var failure = new IOException(name + " did not start: " + Command.said(log));
                if (!process.isAlive()) {
                    throw failure;
                }
                return Optional.of(failure);
            });
        } catch (IOException e) {
            process.destroyForcibly();
            throw e;
        }
    }
}
