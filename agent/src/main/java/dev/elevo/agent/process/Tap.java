package dev.elevo.agent.process;

import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Output on its way to one reader who must get all of it. While the reader is behind, the process waits. */
final class Tap {
    private static final int MOST_BYTES = 512 << 10;

    private final ArrayDeque<OutputPart> parts = new ArrayDeque<>();
    private int bytes;
    private boolean closed;
    private boolean ended;

    /** Waits for room; drops what nobody reads any more. */
    synchronized void put(OutputPart part) throws InterruptedException {
        while (!closed && bytes >= MOST_BYTES) {
            wait();
        }
        if (!closed) {
            parts.add(part);
            bytes += part.bytes().length;
            notifyAll();
        }
    }

    /** The next part; null when none came within the time, or none will come: see {@link #hasEnded}. */
    synchronized @Nullable OutputPart take(long millis) throws InterruptedException {
        var until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        while (parts.isEmpty() && !ended) {
            var left = TimeUnit.NANOSECONDS.toMillis(until - System.nanoTime());
            if (left <= 0) {
                return null;
            }
            wait(left);
        }
        var part = parts.poll();
        if (part != null) {
            bytes -= part.bytes().length;
            notifyAll();
        }
        return part;
    }

    /** Whether everything was taken, and no more comes. */
    synchronized boolean hasEnded() {
        return ended && parts.isEmpty();
    }

    /** No more comes. */
    synchronized void end() {
        ended = true;
        notifyAll();
    }

    /** Nobody reads any more: the process does not wait for it either. */
    synchronized void close() {
        closed = true;
        notifyAll();
    }
}
