package dev.elevo.agent.files;

import dev.elevo.agent.helper.HelperProtocolException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.AsynchronousCloseException;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Ends a server that does not get on in time; what it says later would answer something else. */
final class TimeLimit implements AutoCloseable {
    private static final int LOOKS = 4;
    private static final ScheduledThreadPoolExecutor SCHEDULE = create();

    private final FileServer server;
    private final Duration time;
    private final Future<?> looks;
    private volatile long sinceNanos = System.nanoTime();
    private volatile boolean resting;

    TimeLimit(FileServer server, Duration time) {
        this.server = server;
        this.time = time;
        var period = time.toMillis() / LOOKS;
        looks = SCHEDULE.scheduleWithFixedDelay(this::look, period, period, TimeUnit.MILLISECONDS);
    }

    interface Work<T> {
        T run() throws IOException;
    }

    <T> T run(Work<T> work) throws IOException {
        try {
            return work.run();
        } catch (AsynchronousCloseException e) {
            var closed = new HelperProtocolException("closed, after " + time.toMillis() + " ms at most");
            closed.addSuppressed(e);
            throw closed;
        }
    }

    /** It gets on, or is asked again: the time begins anew. */
    void moved() {
        sinceNanos = System.nanoTime();
        resting = false;
    }

    /** Nobody waits for the server but it for the client, until it has {@link #moved}. */
    void rest() {
        resting = true;
    }

    private void look() {
        if (resting || System.nanoTime() - sinceNanos < time.toNanos()) {
            return;
        }
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        looks.cancel(false);
    }

    private static ScheduledThreadPoolExecutor create() {
        var executor = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().name("file-time-limits").daemon().factory());
        // Nearly every task is cancelled within milliseconds; kept ones would hold their servers for minutes.
        executor.setRemoveOnCancelPolicy(true);
        return executor;
    }
}
