package dev.elevo.agent.lsp;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** What a server is to be told, in order. Whoever says something goes on at once; a server that does not read has so much to come and no more. */
final class Outbox {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Deque<byte[]> waiting = new ArrayDeque<>();
    private final Budget.Share room;
    private int onTheWay;
    private boolean closed;

    Outbox(Budget budget) {
        this.room = budget.share();
    }

    /** Tells whether it will be said. After the end nothing is, and nobody needs to be told more than that. */
    Budget.Taking add(String message) {
        var content = message.getBytes(StandardCharsets.UTF_8);
        var head = ("Content-Length: " + content.length + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII);
        var whole = new byte[head.length + content.length];
        System.arraycopy(head, 0, whole, 0, head.length);
        System.arraycopy(content, 0, whole, head.length, content.length);
        lock.lock();
        try {
            if (closed) {
                return Budget.Taking.OWN_IS_FULL;
            }
            var taking = room.taking(whole.length);
            if (taking == Budget.Taking.TAKEN) {
                waiting.add(whole);
                changed.signal();
            }
            return taking;
        } finally {
            lock.unlock();
        }
    }

    /** The next one, when the last is on its way; null after all. */
    byte @Nullable [] take() throws InterruptedException {
        lock.lock();
        try {
            room.give(onTheWay);
            onTheWay = 0;
            while (waiting.isEmpty()) {
                if (closed) {
                    return null;
                }
                changed.await();
            }
            var next = waiting.removeFirst();
            onTheWay = next.length;
            return next;
        } finally {
            lock.unlock();
        }
    }

    void close() {
        lock.lock();
        try {
            closed = true;
            waiting.forEach(message -> room.give(message.length));
            waiting.clear();
            room.give(onTheWay);
            onTheWay = 0;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
