package dev.elevo.agent.files;

import dev.elevo.agent.helper.HelperProtocolException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.AsynchronousCloseException;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Ends a server that does not get on in time; what it says later would answer something else. */
final class TimeLimit implements AutoCloseable {
    private static final int LOOKS = 4;
    private static final ScheduledExecutorService SCHEDULE = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("file-time-limits").daemon().factory());

    private final FileServer server;
    private final Duration time;
    private final Future<?> looks;
    private volatile long sinceNanos = System.nanoTime();

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

    /** It gets on: the time begins anew. */
    void moved() {
        sinceNanos = System.nanoTime();
    }

    private void look() {
        if (System.nanoTime() - sinceNanos < time.toNanos()) {
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
}
