package dev.elevo.localstack.gateway;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The WebSockets that are open, by their ids. */
public final class Sockets {
    private final Map<String, Socket> open = new ConcurrentHashMap<>();
    private final SocketLimits limits;

    public Sockets() {
        this(SocketLimits.CLOUD);
    }

    Sockets(SocketLimits limits) {
        this.limits = limits;
    }

    SocketLimits limits() {
        return limits;
    }

    void add(String id, Socket socket) {
        open.put(id, socket);
    }

    void remove(String id) {
        open.remove(id);
    }

    Optional<Socket> find(String id) {
        return Optional.ofNullable(open.get(id));
    }
}
