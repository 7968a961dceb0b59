package dev.elevo.functions.process;

import dev.elevo.contract.stream.CloseCode;
import dev.elevo.platform.streams.Outlet;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** A gateway that remembers whom it was told to send away. Nothing is ever sent by the function. */
final class InMemoryOutlet implements Outlet {
    private final Map<String, CloseCode> closed = new ConcurrentHashMap<>();

    Optional<CloseCode> closed(String id) {
        return Optional.ofNullable(closed.get(id));
    }

    @Override
    public Sent send(String connectionId, String message) {
        throw new AssertionError("the agent answers, not the function: " + message);
    }

    @Override
    public void close(String connectionId, CloseCode code) {
        closed.putIfAbsent(connectionId, code);
    }

    @Override
    public Optional<Instant> lastActive(String connectionId) {
        return Optional.of(Instant.EPOCH);
    }
}
