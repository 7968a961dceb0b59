package dev.elevo.client;

import java.io.IOException;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Takes the next message only when the last one was read, so that the service, not we, keep what waits. Says that it is there, and hears
 * whether the service is.
 */
final class WebSocketConnection implements StreamConnection, WebSocket.Listener {
    private static final Duration HEARTBEAT = Duration.ofSeconds(30);
    private static final int MOST_UNHEARD = 3;
    private static final int REFUSED = 4;
    private static final int TOO_MANY = 429;

    private final BlockingQueue<Event> arrived = new LinkedBlockingQueue<>();
    private final StringBuilder parts = new StringBuilder();
    private final ReentrantLock sending = new ReentrantLock();
    private final Duration heartbeat;
    private final Thread heart = Thread.ofVirtual().unstarted(this::beat);
    private volatile @Nullable WebSocket socket;
    private volatile boolean isHeard;

    private WebSocketConnection(Duration heartbeat) {
        this.heartbeat = heartbeat;
    }

    /** @param same what is asked the plain way when the handshake fails, since that does not tell us why */
    static WebSocketConnection open(Transport transport, Call stream, Call same) {
        return open(transport, stream, same, HEARTBEAT);
    }

    static WebSocketConnection open(Transport transport, Call stream, Call same, Duration heartbeat) {
        var connection = new WebSocketConnection(heartbeat);
        try {
            connection.socket = transport.open(stream, connection).join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof WebSocketHandshakeException refused) {
                var status = refused.getResponse().statusCode();
                if (status / 100 == REFUSED && status != TOO_MANY) {
                    transport.send(same);
                }
                var later = Reply.retryAfter(refused.getResponse().headers()).orElse(null);
                throw new UnreachableException("no stream: " + refused, e, later);
            }
            throw new UnreachableException("no stream: " + e.getCause(), e);
        }
        connection.heart.start();
        return connection;
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence text, boolean last) {
        isHeard = true;
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
        sending.lock(); // one at a time, as a WebSocket wants it
        try {
            var open = socket;
            return open != null && isSent(open.sendText(message, true));
        } finally {
            sending.unlock();
        }
    }

    private static boolean isSent(CompletableFuture<WebSocket> message) {
        try {
            message.join();
            return true;
        } catch (CompletionException e) {
            return false; // the listener learns of it, too
        }
    }

    private void beat() {
        try {
            var unheard = 0;
            do {
                Thread.sleep(heartbeat);
                // Where something waits for who reads us, nothing more is heard until he takes it.
                unheard = isHeard || !arrived.isEmpty() ? 0 : unheard + 1;
                isHeard = false;
            } while (unheard < MOST_UNHEARD && ping());
            close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // closed
        }
    }

    /** Unless something else is on its way, which says as much. */
    private boolean ping() {
        if (!sending.tryLock()) {
            return true;
        }
        try {
            var open = socket;
            return open != null
                    && isSent(open.sendText("{\"type\":\"ping\"}", true)
                            .orTimeout(heartbeat.toMillis(), TimeUnit.MILLISECONDS));
        } finally {
            sending.unlock();
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
