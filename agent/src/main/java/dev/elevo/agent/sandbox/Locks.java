package dev.elevo.agent.sandbox;

import jakarta.inject.Singleton;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

/**
 * What is done to one sandbox or volume is done one after the other. Two may share a lock by chance; that costs a moment only, as long as
 * who holds one waits for nobody who wants another.
 */
@Singleton
public final class Locks {
    static final int COUNT = 256;

    private final ReentrantLock[] locks =
            Stream.generate(ReentrantLock::new).limit(COUNT).toArray(ReentrantLock[]::new);

    /** What is done meanwhile. */
    public interface Work<T, E extends Exception> {
        T run() throws E;
    }

    public <T, E extends Exception> T holding(String id, Work<T, E> work) throws E {
        var lock = lock(id);
        lock.lock();
        try {
            return work.run();
        } finally {
            lock.unlock();
        }
    }

    /** Not at all while something else is done to the sandbox. */
    <E extends Exception> void ifFree(String id, Work<?, E> work) throws E {
        var lock = lock(id);
        if (lock.tryLock()) {
            try {
                work.run();
            } finally {
                lock.unlock();
            }
        }
    }

    private ReentrantLock lock(String id) {
        return locks[Math.floorMod(id.hashCode(), COUNT)];
    }
}
