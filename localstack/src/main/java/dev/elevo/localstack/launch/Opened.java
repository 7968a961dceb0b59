package dev.elevo.localstack.launch;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;

/**
 * What a run consists of so far. All of it is closed in reverse order, whether the run has come to its end or not even to its
 * beginning; what it only found running is left alone then.
 */
public final class Opened implements AutoCloseable {
    private final Deque<Part> parts = new ArrayDeque<>();
    private boolean complete;
    private boolean closed;

    /** How to close something. */
    interface Closing {
        void close() throws IOException;
    }

    private record Part(Closing closing, boolean onlyWhenComplete) {}

    /** Closed at once where the end has come meanwhile. */
    void add(Closing closing) throws IOException {
        add(new Part(closing, false));
    }

    /** For what a run that never began has no right to do. */
    void addForCompleteRun(Closing closing) throws IOException {
        add(new Part(closing, true));
    }

    private synchronized void add(Part part) throws IOException {
        if (closed) {
            if (!part.onlyWhenComplete()) {
                part.closing().close();
            }
            throw new NotStartedException("stopped while it was starting");
        }
        parts.push(part);
    }

    synchronized void complete() {
        complete = true;
    }

    public synchronized boolean isComplete() {
        return complete;
    }

    /** One part that does not close must not keep the others open. */
    @Override
    public synchronized void close() throws IOException {
        closed = true;
        var failures = new ArrayList<Exception>();
        for (var part = parts.poll(); part != null; part = parts.poll()) {
            try {
                if (complete || !part.onlyWhenComplete()) {
                    part.closing().close();
                }
            } catch (IOException | RuntimeException e) {
                failures.add(e);
            }
        }
        if (!failures.isEmpty()) {
            var first = failures.removeFirst();
            failures.forEach(first::addSuppressed);
            throw new IOException(first.getMessage(), first);
        }
    }
}
