package dev.elevo.agent.port;

import dev.elevo.contract.ApiException;
import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;
import org.jspecify.annotations.Nullable;

/**
 * The places for connections of a host. When all are taken, a sandbox that has fewer than another takes one of its places, the one
 * that was taken first: else a few sandboxes could hold all of them, and nobody else would be let in.
 */
final class Places {
    private final int mostPerSandbox;
    private final int most;
    /** Each in the order in which they came. */
    private final Map<String, SequencedSet<PortRelay>> taken = new HashMap<>();

    private int count;

    Places(int mostPerSandbox, int most) {
        this.mostPerSandbox = mostPerSandbox;
        this.most = most;
    }

    /**
     * Throws where there is no place.
     *
     * @return the one that has lost its place to it, for the caller to close
     */
    synchronized @Nullable PortRelay add(String sandboxId, PortRelay relay) {
        var before = count(sandboxId);
        if (before >= mostPerSandbox) {
            throw exhausted("connections of the sandbox", mostPerSandbox);
        }
        var displaced = count < most ? null : displace(before);
        taken.computeIfAbsent(sandboxId, id -> new LinkedHashSet<>()).add(relay);
        count++;
        return displaced;
    }

    /** Whoever loses a place still has as many as whoever gets it, or the two could go on with that for ever. */
    private PortRelay displace(int before) {
        var largest = taken.entrySet().stream()
                .max(Comparator.comparingInt(entry -> entry.getValue().size()))
                .filter(entry -> entry.getValue().size() > before + 1)
                .orElseThrow(() -> exhausted("connections of the host", most));
        var oldest = largest.getValue().getFirst();
        remove(largest.getKey(), oldest);
        return oldest;
    }

    /** Again without harm. */
    synchronized void remove(String sandboxId, PortRelay relay) {
        var ofSandbox = taken.get(sandboxId);
        if (ofSandbox != null && ofSandbox.remove(relay)) {
            count--;
            if (ofSandbox.isEmpty()) {
                taken.remove(sandboxId);
            }
        }
    }

    synchronized int count(String sandboxId) {
        var ofSandbox = taken.get(sandboxId);
        return ofSandbox == null ? 0 : ofSandbox.size();
    }

    synchronized Map<String, List<PortRelay>> snapshot() {
        var all = new HashMap<String, List<PortRelay>>();
        taken.forEach((id, relays) -> all.put(id, List.copyOf(relays)));
        return all;
    }

    private static ApiException exhausted(String resource, int limit) {
        return new Failure.Refused(
                        ErrorCode.RESOURCE_EXHAUSTED,
                        "There are too many " + resource,
                        Map.of("resource", resource, "limit", limit))
                .asException();
    }
}
