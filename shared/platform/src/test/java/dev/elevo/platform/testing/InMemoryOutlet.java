package dev.elevo.platform.testing;

import dev.elevo.contract.stream.CloseCode;
import dev.elevo.platform.streams.Outlet;
import dev.elevo.platform.streams.OutletException;
import io.micronaut.core.type.Argument;
import io.micronaut.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** A gateway that remembers what it was given. */
public final class InMemoryOutlet implements Outlet {
    private static final JsonMapper JSON = JsonMapper.createDefault();

    private final Map<String, List<Map<String, Object>>> sent = new ConcurrentHashMap<>();
    private final Map<String, CloseCode> closed = new ConcurrentHashMap<>();
    private final Map<String, Instant> active = new ConcurrentHashMap<>();
    private volatile Consumer<String> before = id -> {};

    public void open(String id) {
        sent.put(id, new CopyOnWriteArrayList<>());
    }

    /** What happens before a message is taken; may throw. */
    public void before(Consumer<String> action) {
        before = action;
    }

    public void active(String id, Instant at) {
        active.put(id, at);
    }

    /** The client hangs up. */
    public void drop(String id) {
        closed.put(id, CloseCode.GOING_AWAY);
    }

    public List<Map<String, Object>> to(String id) {
        return sent.getOrDefault(id, List.of());
    }

    public Optional<CloseCode> closed(String id) {
        return Optional.ofNullable(closed.get(id));
    }

    @Override
    public Sent send(String connectionId, String message) {
        before.accept(connectionId);
        var messages = sent.get(connectionId);
        if (messages == null || closed.containsKey(connectionId)) {
            return Sent.GONE;
        }
        try {
            messages.add(Objects.requireNonNull(JSON.readValue(message, Argument.mapOf(String.class, Object.class))));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Sent.YES;
    }

    @Override
    public void close(String connectionId, CloseCode code) {
        closed.putIfAbsent(connectionId, code);
    }

    @Override
    public Optional<Instant> lastActive(String connectionId) {
        return closed.containsKey(connectionId) ? Optional.empty() : Optional.ofNullable(active.get(connectionId));
    }

    public static OutletException silent() {
        return new OutletException("does not answer", null);
    }
}
