package dev.elevo.agent.stream;

import dev.elevo.contract.agent.ConnectionGrant;
import dev.elevo.contract.stream.CloseCode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * By the gateway's {@code @connections}. A message is handed in when the one before it was taken: so they keep their order, and a
 * client that does not read makes us wait.
 */
final class GatewayWire implements Wire {
    private static final Logger LOG = LoggerFactory.getLogger(GatewayWire.class);

    /** Longer than any client is waited for. */
    private static final Duration TAKING = Duration.ofSeconds(60);

    private static final Duration CLOSING = Duration.ofSeconds(5);

    /** Until the gateway knows a connection that a function has just let in. */
    private static final Duration HANDSHAKE = Duration.ofSeconds(10);

    /** For another right where the one we have is refused: once a minute somebody comes by who may bring it. */
    private static final Duration RENEWAL = Duration.ofSeconds(75);

    /** So long before its end a right is to be renewed, and may be missed often. */
    private static final Duration ENDING = Duration.ofMinutes(20);

    private static final long FIRST_PAUSE_MILLIS = 1;
    private static final long LONGEST_PAUSE_MILLIS = 100;
    private static final byte[] NOTHING = {};

    private final Clients http;
    private ConnectionGrant grant;
    private boolean isRefused;
    private boolean isOver;
    private boolean reached;

    /** Of which the last one made is in use. */
    @FunctionalInterface
    interface Clients {
        HttpClient get() throws IOException;
    }

    /** @param http asked anew for each request: its connections do not outlive a machine that stood still */
    GatewayWire(Clients http, ConnectionGrant grant) {
        this.http = http;
        this.grant = grant;
    }

    @Override
    public void send(byte[] message) throws IOException, InterruptedException {
        var begun = System.nanoTime();
        for (var pause = FIRST_PAUSE_MILLIS; ; pause = Math.min(2 * pause, LONGEST_PAUSE_MILLIS)) {
            var right = grant();
            var request = request(right, "POST", message, TAKING)
                    .header(ConnectionGrant.WAIT, "true")
                    .POST(BodyPublishers.ofByteArray(message))
                    .build();
            var status = http.get().send(request, BodyHandlers.discarding()).statusCode();
            switch (status) {
                case 200 -> {
                    reached = true;
                    return;
                }
                case 403 -> awaitOtherThan(right); // it was certainly not sent
                case 410 -> {
                    if (reached || System.nanoTime() - begun > HANDSHAKE.toNanos()) {
                        throw new ClientGone();
                    }
                }
                case 429 -> {} // neither was it here: too many at once, or the client does not read
                default -> throw new IOException("the gateway answered " + status);
            }
            if (isOver()) {
                throw new ClientGone();
            }
            TimeUnit.MILLISECONDS.sleep(pause);
        }
    }

    private synchronized ConnectionGrant grant() {
        return grant;
    }

    private synchronized boolean isOver() {
        return isOver;
    }

    /** A key that has ended before its time, or was taken back. */
    private synchronized void awaitOtherThan(ConnectionGrant refused) throws IOException, InterruptedException {
        if (refused.key() == null) {
            throw new IOException("the gateway does not know our right to write");
        }
        var end = System.nanoTime() + RENEWAL.toNanos();
        isRefused = grant.equals(refused);
        while (isRefused && !isOver) {
            var left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
            if (left <= 0) {
                throw new IOException("the gateway refuses " + refused.key() + ", and there is no other");
            }
            wait(left);
        }
    }

    synchronized void renew(ConnectionGrant other) {
        grant = other;
        isRefused = false;
        notifyAll();
    }

    /** Whether whoever comes by should bring another right. */
    synchronized boolean wantsGrant(Instant now) {
        return isRefused || endsBefore(now.plus(ENDING));
    }

    /** Whether the right is at an end by then. */
    synchronized boolean endsBefore(Instant then) {
        var key = grant.key();
        return key != null && key.endsAt().isBefore(then);
    }

    @Override
    public void close(CloseCode code) {
        synchronized (this) {
            isOver = true;
            notifyAll();
        }
        var request = request(grant(), "DELETE", NOTHING, CLOSING)
                .header(ConnectionGrant.CLOSE_CODE, Integer.toString(code.number()))
                .DELETE()
                .build();
        try {
            var status = http.get().send(request, BodyHandlers.discarding()).statusCode();
            if (status >= 300 && status != 410) {
                LOG.warn("a connection was not closed: the gateway answered {}", status);
            }
        } catch (IOException e) {
            LOG.warn("a connection was not closed: {}", e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static HttpRequest.Builder request(ConnectionGrant right, String method, byte[] body, Duration time) {
        var target = URI.create(right.url());
        var request = HttpRequest.newBuilder(target).timeout(time);
        var authorization = right.authorization();
        if (authorization != null) {
            request.header("Authorization", authorization);
        }
        var key = right.key();
        if (key != null) {
            new SignatureV4(key, "execute-api")
                    .headers(method, target, body, Instant.now())
                    .forEach(request::header);
        }
        return request;
    }
}
