package dev.elevo.functions.admin.gateway.forward;

import dev.elevo.functions.admin.gateway.Instance;
import dev.elevo.functions.admin.gateway.RouteSettings;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntUnaryOperator;

/** Which instance gets the next request. What is open is counted here, so each of our own instances balances for itself. */
@Singleton
final class Balance {
    private final Map<String, AtomicInteger> turns = new ConcurrentHashMap<>();
    private final Map<UUID, Integer> open = new ConcurrentHashMap<>();
    private final IntUnaryOperator random;

    @Inject
    Balance() {
        this(new SecureRandom()::nextInt);
    }

    /** @param random gives a number from 0 and below what it is given */
    Balance(IntUnaryOperator random) {
        this.random = random;
    }

    /**
     * One of them.
     *
     * @param tried those that have failed; they are taken again only where there is no other
     */
    Instance choose(String strategy, List<Instance> instances, List<UUID> tried) {
        var fresh = instances.stream()
                .filter(instance -> !tried.contains(instance.id()))
                .toList();
        var candidates = fresh.isEmpty() ? instances : fresh;
        return switch (strategy) {
            case RouteSettings.WEIGHTED -> weighted(candidates);
            case RouteSettings.LEAST_CONNECTIONS -> leastBusy(candidates, tried.isEmpty());
            default -> candidates.get(turn(candidates, tried.isEmpty()));
        };
    }

    void opened(Instance instance) {
        open.merge(instance.id(), 1, Integer::sum);
    }

    /** Counts of what is gone stay behind only while something is open. */
    void closed(Instance instance) {
        open.computeIfPresent(instance.id(), (id, count) -> count <= 1 ? null : count - 1);
    }

    /** @param takes whether it is a turn of its own: one who tries again had his, and would take that of the next request */
    private int turn(List<Instance> candidates, boolean takes) {
        var turn =
                turns.computeIfAbsent(candidates.getFirst().settings().serviceName(), service -> new AtomicInteger());
        return Math.floorMod(takes ? turn.getAndIncrement() : turn.get(), candidates.size());
    }

    private Instance weighted(List<Instance> candidates) {
        int sum = 0;
        for (var candidate : candidates) {
            sum += candidate.settings().weight();
        }
        int at = random.applyAsInt(sum);
        for (var candidate : candidates) {
            at -= candidate.settings().weight();
            if (at < 0) {
                return candidate;
            }
        }
        throw new IllegalStateException("a random number beyond its bound");
    }

    /** Ties in turn: the search begins at another one each time. */
    private Instance leastBusy(List<Instance> candidates, boolean takesTurn) {
        int start = turn(candidates, takesTurn);
        var best = candidates.get(start);
        for (int i = 1; i < candidates.size(); i++) {
            var next = candidates.get((start + i) % candidates.size());
            if (busy(next) < busy(best)) {
                best = next;
            }
        }
        return best;
    }

    private int busy(Instance instance) {
        return open.getOrDefault(instance.id(), 0);
    }
}
