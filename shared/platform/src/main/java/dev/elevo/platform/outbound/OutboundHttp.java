package dev.elevo.platform.outbound;

import dev.elevo.contract.Late;
import io.micronaut.crac.OrderedResource;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.net.http.HttpClient;
import java.time.Duration;
import org.crac.Context;
import org.crac.Resource;

/**
 * The one client of a function for all it calls. It is made when the first is called, or before Lambda's snapshot: to be ready for TLS takes
 * a twentieth of a cold start, and most first answers call nobody.
 */
@Singleton
public final class OutboundHttp implements OrderedResource, AutoCloseable {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);

    private final Late<HttpClient> client = new Late<>(OutboundHttp::make, HttpClient::close);

    public HttpClient client() {
        return client.get();
    }

    private static HttpClient make() {
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(CONNECT_TIMEOUT)
                // Nothing it has to run blocks: a change of threads would cost more than the work.
                .executor(Runnable::run)
                .build();
    }

    @Override
    public void beforeCheckpoint(Context<? extends Resource> context) {
        client.get();
    }

    @Override
    public void afterRestore(Context<? extends Resource> context) {}

    @Override
    @PreDestroy
    public void close() {
        client.close();
    }
}
