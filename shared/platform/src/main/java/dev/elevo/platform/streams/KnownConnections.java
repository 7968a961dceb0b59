package dev.elevo.platform.streams;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Connections whose messages are only carried on. What is recorded of one never changes, so who types need not wait for the table at
 * each key. One that has gone sends nothing more, so nothing here is ever wrong.
 */
final class KnownConnections {
    private static final int MOST = 5_000;

    private final Map<String, Known> known = new LinkedHashMap<>(64, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Known> eldest) {
            return size() > MOST;
        }
    };

    /** @param heardAt as it was written down last */
    record Known(Connection connection, CarriedStream stream, Instant heardAt) {}

    synchronized @Nullable Known find(String id) {
        return known.get(id);
    }

    synchronized void remember(Known connection) {
        known.put(connection.connection().id(), connection);
    }

    synchronized void forget(String id) {
        known.remove(id);
    }
}
