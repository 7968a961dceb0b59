package dev.elevo.platform.streams;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One open WebSocket.
 *
 * @param topic what it is about, for whoever has something to say about that
 * @param filter what it asked for in its address; how it is spelled is the stream's affair
 * @param greeting a message that is to be sent before any other
 * @param position how far it was told what there is to tell
 * @param reached whether it was ever written to; before that the gateway may not know it yet
 * @param subscriptions what it asked for since, by the names it gave
 */
public record Connection(
        String id,
        String topic,
        String organizationId,
        String filter,
        @Nullable String greeting,
        long position,
        boolean reached,
        Map<String, String> subscriptions,
        Instant connectedAt,
        Instant heardAt) {

    public Connection {
        subscriptions = Map.copyOf(subscriptions);
    }

    public static Connection opened(
            Handshake handshake,
            String topic,
            String organizationId,
            String filter,
            @Nullable String greeting,
            long position,
            Instant now) {
        return new Connection(
                handshake.connectionId(), topic, organizationId, filter, greeting, position, false, Map.of(), now, now);
    }
}
