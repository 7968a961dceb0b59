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

    private static final long FIRST_PAUSE_MILLIS = 1;
    private static final long LONGEST_PAUSE_MILLIS = 100;

    private final HttpClient http;
    private final ConnectionGrant grant;
    private boolean reached;

    GatewayWire(HttpClient http, ConnectionGrant grant) {
        this.http = http;
        this.grant = grant;
    }

    @Override
    public void send(byte[] message) throws IOException, InterruptedException {
        var request = request(TAKING)
                .header(ConnectionGrant.WAIT, "true")
                .POST(BodyPublishers.ofByteArray(message))
                .build();
        var begun = System.nanoTime();
        for (var pause = FIRST_PAUSE_MILLIS; ; pause = Math.min(2 * pause, LONGEST_PAUSE_MILLIS)) {
            var status = http.send(request, BodyHandlers.discarding()).statusCode();
            switch (status) {
                case 200 -> {
                    reached = true;
                    return;
                }
                case 410 -> {
                    if (reached || System.nanoTime() - begun > HANDSHAKE.toNanos()) {
                        throw new ClientGone();
                    }
                }
                case 429 -> {} // it was certainly not sent
                default -> throw new IOException("the gateway answered " + status);
            }
            TimeUnit.MILLISECONDS.sleep(pause);
        }
    }

    @Override
    public void close(CloseCode code) {
        var request = request(CLOSING)
                .header(ConnectionGrant.CLOSE_CODE, Integer.toString(code.number()))
                .DELETE()
                .build();
        try {
            var status = http.send(request, BodyHandlers.discarding()).statusCode();
            if (status >= 300 && status != 410) {
                LOG.warn("a connection was not closed: the gateway answered {}", status);
            }
        } catch (IOException e) {
            LOG.warn("a connection was not closed: {}", e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private HttpRequest.Builder request(Duration time) {
        return HttpRequest.newBuilder(URI.create(grant.url()))
                .timeout(time)
                .header("Authorization", grant.authorization());
    }
}
