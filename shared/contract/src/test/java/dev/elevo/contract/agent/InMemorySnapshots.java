package dev.elevo.contract.agent;

import dev.elevo.contract.agent.SnapshotStatus.Progress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;

/** Remembers which snapshots it should take, and has them at once unless a test says otherwise. For the tests of whoever calls an agent. */
public final class InMemorySnapshots implements SnapshotAgent {
    public static final long SIZE = 12_345;

    private final Map<SnapshotSource, SnapshotStatus> taken = new ConcurrentHashMap<>();
    private final List<TakeSnapshot> orders = new CopyOnWriteArrayList<>();
    private final List<PrepareSnapshot> prepared = new CopyOnWriteArrayList<>();
    private final List<String> collected = new CopyOnWriteArrayList<>();
    private volatile UnaryOperator<SnapshotStatus> outcome = UnaryOperator.identity();

    /** What comes of orders from now on, made of what would come of them; it may throw. */
    public void become(UnaryOperator<SnapshotStatus> other) {
        outcome = other;
    }

    /** What is found of it from now on, whoever works at it. */
    public void put(SnapshotSource snapshot, SnapshotStatus status) {
        taken.put(snapshot, status);
    }

    public List<TakeSnapshot> orders() {
        return orders;
    }

    public List<PrepareSnapshot> prepared() {
        return prepared;
    }

    public List<String> collected() {
        return collected;
    }

    public boolean has(SnapshotSource snapshot) {
        return taken.containsKey(snapshot);
    }

    @Override
    public SnapshotStatus take(TakeSnapshot order) {
        orders.add(order);
        var status = outcome.apply(new SnapshotStatus(Progress.DONE, SIZE, SIZE, null, null));
        if (status.progress() == Progress.DONE) {
            taken.put(order.snapshot(), status);
        }
        return status;
    }

    @Override
    public SnapshotStatus look(SnapshotSource snapshot) {
        return taken.getOrDefault(snapshot, SnapshotStatus.of(Progress.ABSENT));
    }

    @Override
    public SnapshotStatus prepare(PrepareSnapshot order) {
        prepared.add(order);
        return outcome.apply(look(order.snapshot()));
    }

    @Override
    public void delete(SnapshotSource snapshot) {
        taken.remove(snapshot);
    }

    @Override
    public SnapshotWaste collect(SnapshotSource depot) {
        collected.add(depot.depot());
        var ids = new ArrayList<String>();
        taken.keySet().stream()
                .filter(snapshot -> snapshot.depot().equals(depot.depot()))
                .forEach(snapshot -> ids.add(snapshot.id()));
        return new SnapshotWaste(0, ids);
    }
}
