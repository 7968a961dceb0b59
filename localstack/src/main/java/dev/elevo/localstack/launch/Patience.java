package dev.elevo.localstack.launch;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for a condition of another process, which can only be asked again and again. */
final class Patience {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Duration BETWEEN = Duration.ofMillis(10);

    private Patience() {}

    static void awaitReady(Daemon daemon, BooleanSupplier ready, Home home) throws IOException {
        var end = System.nanoTime() + LIMIT.toNanos();
        while (!ready.getAsBoolean()) {
            if (!daemon.isAlive() && !daemon.replaceFound()) {
                throw new StartFailedException(daemon.name() + " ended at its start", home, daemon.name());
            }
            if (System.nanoTime() - end > 0) {
                throw new StartFailedException(daemon.name() + " is not ready after " + LIMIT, home, daemon.name());
            }
            LockSupport.parkNanos(BETWEEN.toNanos());
        }
    }
}
