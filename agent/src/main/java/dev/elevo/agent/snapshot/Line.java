package dev.elevo.agent.snapshot;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** What others work at, to be taken on in the order in which it was given to them. */
final class Line<T> {
    private final Deque<Future<T>> waiting = new ArrayDeque<>();
    private final int most;

    /** @param most how many may be under way before somebody waits for the first */
    Line(int most) {
        this.most = most;
    }

    void add(Future<T> work) {
        waiting.addLast(work);
    }

    /** The first, if it is done already or too many are under way: what is done and left lying keeps its successors waiting. */
    @Nullable
    T due() throws IOException {
        var first = waiting.peekFirst();
        return first != null && (first.isDone() || waiting.size() > most) ? next() : null;
    }

    /** The first, however long it takes; null when there is none. */
    @Nullable
    T next() throws IOException {
        return waiting.isEmpty() ? null : Futures.get(waiting.removeFirst());
    }

    /** However they end. */
    void settle() {
        waiting.forEach(Futures::settle);
    }
}
