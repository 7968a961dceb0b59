package dev.elevo.functions.admin.gateway.forward;

import dev.elevo.contract.ApiException;
import dev.elevo.contract.Late;
import dev.elevo.contract.room.CallRoom;
import dev.elevo.contract.room.HeapRoom;
import io.micronaut.context.annotation.Value;
import io.micronaut.crac.OrderedResource;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.apache.hc.client5.http.ClientProtocolException;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.config.TlsConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ConnectionRequestTimeoutException;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.NoHttpResponseException;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.io.SocketConfig;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.http.message.BasicHeader;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.pool.PoolConcurrencyPolicy;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;
import org.crac.Context;
import org.crac.Resource;

/**
 * Asks upstreams. Connections are kept and used again; whatever an upstream does – nothing, a byte a second, a gigabyte, nonsense – ends
 * at the time of the request and at a size that a function may answer with.
 */
@Singleton
final class Upstream implements OrderedResource {
    /** What fits into the answer of a function, in base64 too. */
    static final int LARGEST = 4_400_000;

    private static final Set<String> WITH_BODY = Set.of("POST", "PUT", "PATCH");
    private static final int MOST_PER_UPSTREAM = 256;
    private static final int MOST_HEADERS = 200;
    private static final int LONGEST_LINE = 16 * 1024;
    private static final int LARGEST_HEAD = 64 * 1024;
    private static final int LEAST_STATUS = 200;
    private static final int BUFFER = 8192;
    private static final Timeout CONNECT = Timeout.ofSeconds(3);
    private static final Timeout LONGEST_HANDSHAKE = Timeout.ofSeconds(30);
    /** Servers close what is idle after some seconds; what rested for less is not asked whether it is there. */
    private static final TimeValue UNCHECKED = TimeValue.ofMilliseconds(50);

    private static final Duration SHORTEST_LIFE = Duration.ofSeconds(4);

    private final Late<CloseableHttpClient> client;

    private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().name("upstream-time").daemon().factory());

    /** How a call ended. */
    sealed interface Outcome {
        record Answered(UpstreamAnswer answer) implements Outcome {}

        /** No connection was made, so nothing was done either. */
        record Unreached(Obstacle obstacle) implements Outcome {}

        /** The connection ended before there was an answer. */
        record Lost() implements Outcome {}

        /** An answer came, of which there is more than may be passed on. */
        record TooLarge(int status) implements Outcome {}

        /** What came is no answer that could be passed on. */
        record Broken(String why) implements Outcome {}

        record Late() implements Outcome {}

        /** The time was over before: all connections that we may have, to it or to all, were in use, or none of it was left. */
        record Unasked() implements Outcome {}
    }

    /** What is between us and an upstream. */
    enum Obstacle {
        FORBIDDEN("The upstream's address is one that may not be called"),
        UNKNOWN("The upstream's name has no address"),
        CLOSED("The upstream takes no connection"),
        UNTRUSTED("The upstream is not who it should be, or agrees on no encryption");

        private final String words;

        Obstacle(String words) {
            this.words = words;
        }

        String words() {
            return words;
        }
    }

    /**
     * A call.
     *
     * @param target path and query
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Call(
            String scheme,
            String host,
            int port,
            String method,
            String target,
            List<UpstreamAnswer.Header> headers,
            byte[] body) {
        Call {
            headers = List.copyOf(headers);
        }
    }

    Upstream(UpstreamGuard guard, @Value("${elevo.gateway.connections:1024}") int mostConnections) {
        client = new Late<>(() -> client(guard, mostConnections), client -> client.close(CloseMode.GRACEFUL));
        timer.setRemoveOnCancelPolicy(true);
    }

    private static CloseableHttpClient client(UpstreamGuard guard, int mostConnections) {
        var connections = PoolingHttpClientConnectionManagerBuilder.create()
                .setDnsResolver(guard)
                .setPoolConcurrencyPolicy(PoolConcurrencyPolicy.STRICT)
                .setMaxConnPerRoute(MOST_PER_UPSTREAM)
                .setMaxConnTotal(mostConnections)
                .setConnectionFactory(UpstreamConnection.factory(Http1Config.custom()
                        .setMaxHeaderCount(MOST_HEADERS)
                        .setMaxLineLength(LONGEST_LINE)
                        .setMaxEmptyLineCount(2)
                        .build()))
                .setDefaultSocketConfig(SocketConfig.custom()
                        .setSoTimeout(Timeout.DISABLED) // the timer below ends whatever waits
                        .build())
                // For one that was given up in the moment before it began: nobody ends it after that.
                .setDefaultTlsConfig(TlsConfig.custom()
                        .setHandshakeTimeout(LONGEST_HANDSHAKE)
                        .build())
                .setDefaultConnectionConfig(ConnectionConfig.custom()
                        .setSocketTimeout(Timeout.DISABLED)
                        .setConnectTimeout(CONNECT)
                        .setValidateAfterInactivity(UNCHECKED)
                        .setTimeToLive(TimeValue.ofMinutes(1))
                        .build())
                .build();
        return HttpClients.custom()
                .setConnectionManager(connections)
                .setKeepAliveStrategy((response, context) -> TimeValue.of(SHORTEST_LIFE))
                .disableAuthCaching()
                .disableAutomaticRetries()
                .disableConnectionState()
                .disableContentCompression()
                .disableCookieManagement()
                .disableDefaultUserAgent()
                .disableRedirectHandling()
                .build();
    }

    @Override
    public void beforeCheckpoint(Context<? extends Resource> context) {
        client.get();
    }

    @Override
    public void afterRestore(Context<? extends Resource> context) {}

    Outcome ask(Call call, long deadlineNanos) {
        var left = deadlineNanos - System.nanoTime();
        if (left <= 0) {
            return new Outcome.Unasked();
        }
        HttpUriRequestBase request;
        try {
            request = request(call, left);
        } catch (IllegalArgumentException e) {
            return new Outcome.Broken("The upstream's address is none");
        }
        // The client's own times begin anew with every byte that comes, and a wait with a time costs a timer more.
        var ending = timer.schedule(request::abort, left, TimeUnit.NANOSECONDS);
        try {
            var target = new HttpHost(call.scheme(), call.host(), call.port());
            return UpstreamGuard.until(deadlineNanos, () -> ask(request, target));
        } catch (UpstreamGuard.ForbiddenException e) {
            return new Outcome.Unreached(Obstacle.FORBIDDEN);
        } catch (TooLargeException e) {
            return new Outcome.TooLarge(e.status);
        } catch (ConnectionRequestTimeoutException e) {
            return new Outcome.Unasked();
        } catch (UnknownHostException e) {
            return unreached(Obstacle.UNKNOWN, deadlineNanos);
        } catch (ConnectException | ConnectTimeoutException | NoRouteToHostException e) {
            return unreached(Obstacle.CLOSED, deadlineNanos);
        } catch (SSLHandshakeException | SSLPeerUnverifiedException e) {
            return unreached(Obstacle.UNTRUSTED, deadlineNanos);
        } catch (SocketException | NoHttpResponseException e) {
            return isOver(deadlineNanos) ? new Outcome.Late() : new Outcome.Lost();
        } catch (ApiException e) {
            throw e; // it is we who have no room
        } catch (IOException | RuntimeException e) {
            return isOver(deadlineNanos) || e instanceof InterruptedIOException
                    ? new Outcome.Late()
                    : new Outcome.Broken("The upstream's answer cannot be read");
        } finally {
            ending.cancel(false);
        }
    }

    private Outcome ask(HttpUriRequestBase request, HttpHost target) throws IOException {
        try (ClassicHttpResponse response = open(request, target)) {
            try {
                return new Outcome.Answered(answer(response));
            } catch (IOException | RuntimeException e) {
                request.abort(); // or the rest would be waited for, to keep a connection that is not to be trusted
                throw e;
            }
        }
    }

    private static UpstreamAnswer answer(ClassicHttpResponse response) throws IOException {
        if (response.getCode() < LEAST_STATUS) {
            throw new ClientProtocolException("a status that is no answer"); // behind it comes another protocol
        }
        return new UpstreamAnswer(response.getCode(), headers(response), body(response));
    }

    /** What a kept connection was left with was not for this request: the next one is asked, and one that is new at the latest. */
    private ClassicHttpResponse open(HttpUriRequestBase request, HttpHost target) throws IOException {
        while (true) {
            try {
                return client.get()
                        .orElseThrow(() -> new ClientProtocolException("the function has ended"))
                        .executeOpen(target, request, null);
            } catch (UpstreamConnection.SpoiltException e) {
                if (e.isNew()) {
                    throw e;
                }
            }
        }
    }

    /** The parser takes more for a header than whoever reads it next. */
    private static List<UpstreamAnswer.Header> headers(ClassicHttpResponse response) throws ClientProtocolException {
        var headers = new ArrayList<UpstreamAnswer.Header>();
        int size = 0;
        for (var header : response.getHeaders()) {
            var value = header.getValue() == null ? "" : header.getValue();
            size += header.getName().length() + value.length();
            if (size > LARGEST_HEAD || !HeaderSyntax.isName(header.getName()) || !HeaderSyntax.isValue(value)) {
                throw new ClientProtocolException("a header that is none");
            }
            headers.add(new UpstreamAnswer.Header(header.getName(), value));
        }
        return headers;
    }

    /** The answer does not fit. */
    private static final class TooLargeException extends IOException {
        private static final long serialVersionUID = 1;

        private final int status;

        TooLargeException(int status) {
            this.status = status;
        }
    }

    /** Not closed by who reads it: that would read all the rest of what is not wanted. */
    private static byte[] body(ClassicHttpResponse response) throws IOException {
        var entity = response.getEntity();
        if (entity == null) {
            return new byte[0];
        }
        var known = entity.getContentLength();
        if (known > LARGEST) {
            throw new TooLargeException(response.getCode());
        }
        CallRoom.take(known);
        var hasRoom = known >= 0;
        var content = entity.getContent();
        var body = new ByteArrayOutputStream(known > 0 ? (int) known : 1024);
        var buffer = new byte[hasRoom && known < BUFFER ? (int) known + 1 : BUFFER];
        for (int count; (count = content.read(buffer)) >= 0; ) {
            body.write(buffer, 0, count);
            if (body.size() > LARGEST) {
                throw new TooLargeException(response.getCode());
            }
            if (!hasRoom && body.size() > HeapRoom.SMALL) {
                CallRoom.take(LARGEST);
                hasRoom = true;
            }
        }
        return body.toByteArray();
    }

    private static HttpUriRequestBase request(Call call, long leftNanos) {
        var host = call.host().indexOf(':') < 0 ? call.host() : "[" + call.host() + "]";
        var request = new HttpUriRequestBase(
                call.method(), URI.create(call.scheme() + "://" + host + ":" + call.port() + call.target()));
        for (var header : call.headers()) {
            request.addHeader(new BasicHeader(header.name(), header.value()));
        }
        var body = call.body();
        // One that might have a body and has none says so.
        if (body.length > 0 || WITH_BODY.contains(call.method())) {
            request.setEntity(new ByteArrayEntity(body, null));
        }
        request.setConfig(RequestConfig.custom()
                // Before all of the time is over: it would look as if the upstream had used it.
                .setConnectionRequestTimeout(
                        Timeout.ofMilliseconds(Math.max(1, TimeUnit.NANOSECONDS.toMillis(leftNanos) * 9 / 10)))
                .setRedirectsEnabled(false)
                .setExpectContinueEnabled(false)
                .setProtocolUpgradeEnabled(false)
                .build());
        return request;
    }

    private static Outcome unreached(Obstacle obstacle, long deadlineNanos) {
        return isOver(deadlineNanos) ? new Outcome.Late() : new Outcome.Unreached(obstacle);
    }

    private static boolean isOver(long deadlineNanos) {
        return deadlineNanos - System.nanoTime() <= 0;
    }

    @PreDestroy
    void close() {
        timer.shutdownNow();
        client.close();
    }
}
