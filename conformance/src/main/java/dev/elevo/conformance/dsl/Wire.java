package dev.elevo.conformance.dsl;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/** The connections to the deployment. */
final class Wire implements AutoCloseable {
    private static final Duration CONNECTING = Duration.ofSeconds(20);
    /** Fewer than make an address be turned away: 60 failures a minute (1.5). */
    private static final int FAILURES_OF_AN_ADDRESS = 50;

    private final HttpClient usual = client(HttpClient.newBuilder());
    private final boolean hasManyAddresses;
    private final AtomicInteger failures = new AtomicInteger();
    private HttpClient strange = usual;

    Wire(Target target) {
        hasManyAddresses = target.isLoopback();
    }

    private static HttpClient client(HttpClient.Builder builder) {
        return builder.version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(CONNECTING)
                .build();
    }

    HttpClient usual() {
        return usual;
    }

    /**
     * For one request that will fail authentication. On this machine it comes from another address now and then, elsewhere
     * whoever is told to wait has to.
     */
    synchronized HttpClient strange() {
        var before = failures.getAndIncrement();
        if (hasManyAddresses && before % FAILURES_OF_AN_ADDRESS == 0) {
            var last = 2 + before / FAILURES_OF_AN_ADDRESS;
            try {
                strange = client(HttpClient.newBuilder()
                        .localAddress(InetAddress.getByAddress(new byte[] {127, 0, 1, (byte) last})));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return strange;
    }

    /**
     * From an address that nobody else comes from.
     *
     * @throws NotOffered where there is but one
     */
    HttpClient elsewhere() {
        if (!hasManyAddresses) {
            throw new NotOffered("takes an address of its own");
        }
        var random = ThreadLocalRandom.current();
        try {
            return client(HttpClient.newBuilder().localAddress(InetAddress.getByAddress(new byte[] {
                127, (byte) random.nextInt(2, 250), (byte) random.nextInt(250), (byte) random.nextInt(2, 250)
            })));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static HttpResponse<String> send(HttpClient client, HttpRequest request) {
        try {
            return client.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(
                    request.method() + " " + request.uri().getPath() + ": " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        usual.shutdownNow();
    }
}
