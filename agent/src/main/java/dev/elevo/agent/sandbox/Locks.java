package dev.elevo.agent.sandbox;

import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

/** What is done to one sandbox is done one after the other. Two sandboxes may share a lock by chance; that costs a moment only. */
final class Locks {
    private static final int COUNT = 256;

    private final ReentrantLock[] locks =
            Stream.generate(ReentrantLock::new).limit(COUNT).toArray(ReentrantLock[]::new);

    interface Work<T, E extends Exception> {
        T run() throws E;
    }

    <T, E extends Exception> T holding(String id, Work<T, E> work) throws E {
        var lock = locks[Math.floorMod(id.hashCode(), COUNT)];
        lock.lock();
        try {
            return work.run();
        } finally {
            lock.unlock();
        }
    }
}
