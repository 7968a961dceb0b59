package dev.elevo.agent.process;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Output on its way to one reader who must get all of it. While the reader is behind, the process waits. */
final class Tap {
    private static final int MOST_BYTES = 512 << 10;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition drained = lock.newCondition();
    private final ArrayList<OutputPart> parts = new ArrayList<>();
    private Runnable more = () -> {};
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
                more.run();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Called under the lock whenever there is more, or no more will come; at once if that is so already. */
    void whenMore(Runnable call) {
        lock.lock();
        try {
            more = call;
            if (ended || !parts.isEmpty()) {
                call.run();
            }
        } finally {
            lock.unlock();
        }
    }

    /** All that is there. */
    List<OutputPart> take() {
        lock.lock();
        try {
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
            more.run();
        } finally {
            lock.unlock();
        }
    }

    /** Nobody reads any more: the process does not wait for it either. */
    void close() {
        lock.lock();
        try {
            closed = true;
            more = () -> {};
            drained.signal();
        } finally {
            lock.unlock();
        }
    }
}
