package dev.elevo.contract.agent;

import dev.elevo.contract.Failure;
import dev.elevo.contract.Ids;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** Remembers which connections it should serve and what their clients said. For the tests of whoever calls an agent. */
public final class InMemoryStreams implements StreamAgent {
    private final InstantSource clock;
    private final Map<String, Attached> attached = new ConcurrentHashMap<>();
    private final Set<String> ending = ConcurrentHashMap.newKeySet();
    private final List<String> renewed = new CopyOnWriteArrayList<>();
    private final List<String> detached = new CopyOnWriteArrayList<>();
    private final Map<String, TicketRequest> tickets = new ConcurrentHashMap<>();
    private volatile @Nullable Failure trouble;

    public InMemoryStreams(InstantSource clock) {
        this.clock = clock;
    }

    /** A connection that is served. */
    public record Attached(String sandboxId, AttachStream stream, List<String> said) {}

    /** From now on every call fails like this; null ends it. */
    public void fail(@Nullable Failure failure) {
        trouble = failure;
    }

    public @Nullable Attached find(String connectionId) {
        return attached.get(connectionId);
    }

    public List<String> detached() {
        return detached;
    }

    public @Nullable TicketRequest ticket(String token) {
        return tickets.get(token);
    }

    /** Those that were given another grant. */
    public List<String> renewed() {
        return renewed;
    }

    /** As when the right to write to it has little time left, until there is another. */
    public void endGrant(String connectionId) {
        ending.add(connectionId);
    }

    /** As an agent that was started anew. */
    public void forgetAll() {
        attached.clear();
    }

    @Override
    public void attach(String sandboxId, String connectionId, AttachStream stream) {
        check();
        attached.put(connectionId, new Attached(sandboxId, stream, new CopyOnWriteArrayList<>()));
    }

    @Override
    public Heard say(String sandboxId, String connectionId, String text) {
        check();
        var found = attached.get(connectionId);
        if (found == null || !found.sandboxId().equals(sandboxId)) {
            return Heard.BY_NOBODY;
        }
        found.said().add(text);
        return ending.contains(connectionId) ? Heard.WITH_GRANT_ENDING : Heard.YES;
    }

    @Override
    public void renew(String sandboxId, String connectionId, ConnectionGrant grant) {
        check();
        attached.computeIfPresent(
                connectionId,
                (id, served) -> new Attached(
                        served.sandboxId(), new AttachStream(served.stream().target(), grant), served.said()));
        ending.remove(connectionId);
        renewed.add(connectionId);
    }

    @Override
    public void detach(String sandboxId, String connectionId) {
        check();
        attached.remove(connectionId);
        detached.add(connectionId);
    }

    @Override
    public List<ServedStream> attached(String sandboxId) {
        check();
        return attached.keySet().stream()
                .map(id -> new ServedStream(id, ending.contains(id)))
                .toList();
    }

    @Override
    public DirectTicket ticket(String sandboxId, TicketRequest request) {
        check();
        var token = Ids.REQUEST.random();
        tickets.put(token, request);
        return new DirectTicket(token, clock.instant().plusSeconds(60));
    }

    private void check() {
        var failure = trouble;
        if (failure != null) {
            throw failure.asException();
        }
    }
}
