package dev.elevo.agent.process;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Output on its way to one reader who must get all of it. While the reader is behind, the process waits. */
final class Tap {
    private static final int MOST_BYTES = 512 << 10;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition filled = lock.newCondition();
    private final Condition drained = lock.newCondition();
    private final ArrayList<OutputPart> parts = new ArrayList<>();
    private int bytes;
    private boolean closed;
    private boolean ended;

    /** Waits for room; drops what nobody reads any more. */
    void put(OutputPart part) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (!closed && bytes >= MOST_BYTES) {
                drained.await();
            }
            if (!closed) {
                parts.add(part);
                bytes += part.bytes().length;
                filled.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    /** All that is there; nothing when nothing came within the time, or nothing will come: see {@link #hasEnded}. */
    List<OutputPart> take(long millis) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            var left = TimeUnit.MILLISECONDS.toNanos(millis);
            while (parts.isEmpty() && !ended && left > 0) {
                left = filled.awaitNanos(left);
            }
            var taken = List.copyOf(parts);
            parts.clear();
            bytes = 0;
            drained.signal();
            return taken;
        } finally {
            lock.unlock();
        }
    }

    /** Whether everything was taken, and no more comes. */
    boolean hasEnded() {
        lock.lock();
        try {
            return ended && parts.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    /** No more comes. */
    void end() {
        lock.lock();
        try {
            ended = true;
            filled.signal();
        } finally {
            lock.unlock();
        }
    }

    /** Nobody reads any more: the process does not wait for it either. */
    void close() {
        lock.lock();
        try {
            closed = true;
            drained.signal();
        } finally {
            lock.unlock();
        }
    }
}
