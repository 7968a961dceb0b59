package dev.elevo.contract;

import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What is made once, when it is first asked for, and ended if it was. */
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

    /** One that was closed before it was made is not made any more. */
    public T get() {
        var there = made;
        return there == null ? make() : there;
    }

    private T make() {
        lock.lock();
        try {
            var there = made;
            if (there == null) {
                if (closed) {
                    throw new IllegalStateException("closed before its first use");
                }
                there = making.get();
                made = there;
            }
            return there;
        } finally {
            lock.unlock();
        }
    }

    /** More than once does no harm. */
    @Override
    public void close() {
        lock.lock();
        try {
            var there = made;
            if (there != null && !closed) {
                ending.accept(there);
            }
            closed = true;
        } finally {
            lock.unlock();
        }
    }
}
