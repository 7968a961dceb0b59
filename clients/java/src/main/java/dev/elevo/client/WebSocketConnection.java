package dev.elevo.client;

import java.io.IOException;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/** Takes the next message only when the last one was read, so that the service, not we, keep what waits; and says that it is there. */
final class WebSocketConnection implements StreamConnection, WebSocket.Listener {
    private static final Duration HEARTBEAT = Duration.ofSeconds(30);
    private static final int REFUSED = 4;
    private static final int TOO_MANY = 429;

    private final BlockingQueue<Event> arrived = new LinkedBlockingQueue<>();
    private final StringBuilder parts = new StringBuilder();
    private final Object sending = new Object();
    private final Thread heart = Thread.ofVirtual().unstarted(this::beat);
    private volatile @Nullable WebSocket socket;

    private WebSocketConnection() {}

    /** @param same what is asked the plain way when the handshake fails, since that does not tell us why */
    static WebSocketConnection open(Transport transport, Call stream, Call same) {
        var connection = new WebSocketConnection();
        try {
            connection.socket = transport.open(stream, connection).join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof WebSocketHandshakeException refused
                    && refused.getResponse().statusCode() / 100 == REFUSED
                    && refused.getResponse().statusCode() != TOO_MANY) {
                transport.send(same);
            }
            throw new UnreachableException("no stream: " + e.getCause(), e);
        }
        connection.heart.start();
        return connection;
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence text, boolean last) {
        parts.append(text);
        if (!last) {
            from.request(1);
            return null;
        }
        try {
            arrived.add(new Event.Message(Json.tree(parts.toString())));
        } catch (IOException e) {
            arrived.add(new Event.Closed(LOST)); // not what the service would say
        }
        parts.setLength(0);
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
        arrived.add(new Event.Closed(code));
        return null;
    }

    @Override
    public void onError(WebSocket from, Throwable error) {
        arrived.add(new Event.Closed(LOST));
    }

    @Override
    public Event next() throws InterruptedException {
        var event = arrived.take();
        var open = socket;
        if (open != null) {
            open.request(1);
        }
        return event;
    }

    @Override
    public boolean send(String message) {
        var open = socket;
        if (open == null) {
            return false;
        }
        synchronized (sending) { // one at a time, as a WebSocket wants it
            try {
                open.sendText(message, true).join();
                return true;
            } catch (CompletionException e) {
                return false; // the listener learns of it, too
            }
        }
    }

    private void beat() {
        try {
            do {
                Thread.sleep(HEARTBEAT);
            } while (send("{\"type\":\"ping\"}"));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // closed
        }
    }

    @Override
    public void close() {
        heart.interrupt();
        arrived.add(new Event.Closed(LOST)); // for whoever waits for what does not come any more
        var open = socket;
        if (open != null) {
            open.abort();
        }
    }
}
