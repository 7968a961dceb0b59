package dev.elevo.platform.outbound;

import dev.elevo.contract.Late;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.time.Duration;
import org.crac.Context;
import org.crac.Core;
import org.crac.Resource;

/** The client of a function for all it calls without the AWS SDK; made for the first call, or before Lambda's snapshot. */
@Singleton
public final class OutboundHttp implements Resource, AutoCloseable {
    /** For the farthest of those it is for, an agent in the cloud; each call has a time of its own besides. */
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);

    private final Late<HttpClient> client = new Late<>(OutboundHttp::make, HttpClient::close);

    public OutboundHttp() {
        // The context does not keep it; whoever calls by it does.
        Core.getGlobalContext().register(this);
    }

    public <T> HttpResponse<T> send(HttpRequest request, BodyHandler<T> body) throws IOException, InterruptedException {
        return client.get()
                .orElseThrow(() -> new IOException("the function has ended"))
                .send(request, body);
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
