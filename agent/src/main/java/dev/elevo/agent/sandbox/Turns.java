package dev.elevo.agent.sandbox;

import dev.elevo.agent.sandbox.Locks.Work;
import dev.elevo.contract.agent.SnapshotStatus.Progress;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Some work at a time: work at a snapshot takes much memory, and all of the processor that it gets. The others wait. Organizations take
 * turns, and none has all the places while there are several: who has many snapshots keeps nobody else waiting.
 */
final class Turns {
    private final int most;
    private final int mostOfOne;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Map<String, Integer> atWork = new HashMap<>();
    /** By depot, of which the first is the next. */
    private final Map<String, Deque<Labour>> waiting = new LinkedHashMap<>();

    Turns(int most) {
        this.most = most;
        this.mostOfOne = Math.max(1, most - 1);
    }

    <T, E extends Exception> T holding(Labour labour, String depot, Work<T, E> work) throws E {
        take(labour, depot);
        try {
            return work.run();
        } finally {
            giveBack(depot);
        }
    }

    private void take(Labour labour, String depot) {
        lock.lock();
        try {
            waiting.computeIfAbsent(depot, key -> new ArrayDeque<>()).addLast(labour);
            labour.become(Progress.WAITING);
            while (next() != labour) {
                changed.awaitUninterruptibly();
            }
            leave(depot);
            atWork.merge(depot, 1, Integer::sum);
            labour.become(Progress.AT_WORK);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private @Nullable Labour next() {
        if (atWork.values().stream().mapToInt(Integer::intValue).sum() >= most) {
            return null;
        }
        return waiting.entrySet().stream()
                .filter(depot -> atWork.getOrDefault(depot.getKey(), 0) < mostOfOne)
                .map(depot -> depot.getValue().getFirst())
                .findFirst()
                .orElse(null);
    }

    /** The others of its depot are behind those of all others. */
    private void leave(String depot) {
        var others = waiting.remove(depot);
        if (others != null && others.size() > 1) {
            others.removeFirst();
            waiting.put(depot, others);
        }
    }

    private void giveBack(String depot) {
        lock.lock();
        try {
            atWork.computeIfPresent(depot, (key, count) -> count == 1 ? null : count - 1);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
