package dev.elevo.contract;

import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What is made once, when it is first asked for, and ended if it was. For clients of HTTP above all: to be ready for TLS takes a twentieth
 * of a cold start, and most first answers call nobody.
 */
public final class Late<T> implements AutoCloseable {
    private final Supplier<T> making;
    private final Consumer<T> ending;
    private final ReentrantLock lock = new ReentrantLock();
    private volatile @Nullable T made;
    private boolean closed;

    public Late(Supplier<T> making, Consumer<T> ending) {
        this.making = making;
        this.ending = ending;
    }

    /** Empty once it is closed. */
    public Optional<T> get() {
        var there = made;
        return there == null ? make() : Optional.of(there);
    }

    private Optional<T> make() {
        lock.lock();
        try {
            if (closed) {
                return Optional.empty();
            }
            var there = made;
            if (there == null) {
                there = making.get();
                made = there;
            }
            return Optional.of(there);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            var there = made;
            if (there != null) {
                made = null;
                ending.accept(there);
            }
        } finally {
            lock.unlock();
        }
    }
}
