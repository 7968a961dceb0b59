package dev.elevo.client;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/**
 * Sends calls, as often as it takes. Every change carries a key by which the service knows it again: one whose answer was lost is
 * sent again without being done again.
 */
public final class Transport implements AutoCloseable {
    private static final Duration CONNECT = Duration.ofSeconds(10);
    private static final int ACCEPTED = 202;
    private static final int REDIRECT = 307;

    /** By a proxy, or a gateway that did not reach the service. */
    private static final Set<Integer> PASSING = Set.of(502, 503, 504);

    /** What still runs, and where its result will be. */
    private static final Pattern RUNNING = Pattern.compile("/.*/process/\\d+");

    private final ClientConfiguration configuration;
    private final HttpClient http;
    private final Retries retries;

    Transport(ClientConfiguration configuration) {
        this.configuration = configuration;
        // An upgrade to HTTP/2 costs a plain connection a turn, and none of the service's gateways speaks it there.
        this.http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(CONNECT)
                .build();
        this.retries = new Retries(configuration.retries(), RandomGenerator.getDefault(), Thread::sleep);
    }

    Retries retries() {
        return retries;
    }

    /** For a call that has no answer but that it is done. */
    public void send(Call call) {
        finish(call);
    }

    /** What takes longer than a request may is waited for, and its result is the answer. Null where the service says nothing. */
    @SuppressWarnings("NullAway") // so that whoever asks for an answer needs not ask whether there is one
    public <T> T send(Call call, Class<T> type) {
        if (type == InputStream.class) {
            return type.cast(download(call).body());
        }
        var reply = finish(call);
        if (type == String.class) {
            return type.cast(reply.text());
        }
        try {
            return reply.body().length == 0 ? null : Json.read(reply.body(), type);
        } catch (IOException e) {
            throw new UnreachableException("an answer that is not the service's", e);
        }
    }

    private Reply finish(Call call) {
        var reply = exchange(timed(request(call)), Transport::read);
        var running =
                reply.header("Location").filter(place -> RUNNING.matcher(place).matches());
        if (reply.status() != ACCEPTED || running.isEmpty() || call.target().contains("/result")) {
            return reply;
        }
        var result = Call.of("GET", running.get() + "/result");
        while (reply.status() == ACCEPTED) {
            reply = exchange(timed(request(result)), Transport::read);
        }
        return reply;
    }

    /** The bytes themselves, also of another place that the service names. Whoever asks closes. */
    HttpResponse<InputStream> download(Call call) {
        var response = exchange(timed(request(call)), given -> given);
        if (response.statusCode() != REDIRECT) {
            return response;
        }
        // Without our key: the address is its own credential, and its host may be another's.
        var place = configuration
                .apiUrl()
                .resolve(response.headers().firstValue("Location").orElseThrow());
        return exchange(timed(HttpRequest.newBuilder(place)), given -> given);
    }

    /** Without our key, which the address does not need; and without a time-out, since it takes as long as it takes. */
    void put(URI address, BodyPublisher content) {
        exchange(HttpRequest.newBuilder(address).PUT(content).build(), Transport::read);
    }

    void post(Call call, BodyPublisher content) {
        var request = request(call)
                .header("Content-Type", "application/octet-stream")
                .POST(content)
                .timeout(configuration.timeout())
                .build();
        exchange(request, Transport::read);
    }

    CompletableFuture<WebSocket> open(Call call, WebSocket.Listener listener) {
        return http.newWebSocketBuilder()
                .connectTimeout(CONNECT)
                .header("X-API-Key", configuration.apiKey())
                .buildAsync(
                        URI.create(call.at(configuration.apiUrl()).toString().replaceFirst("^http", "ws")), listener);
    }

    private interface Reader<T> {
        T read(HttpResponse<InputStream> response) throws IOException;
    }

    private static Reply read(HttpResponse<InputStream> response) throws IOException {
        try (var body = response.body()) {
            return new Reply(response.statusCode(), response.headers(), body.readAllBytes());
        }
    }

    /** To read the answer is part of the attempt. */
    private <T> T exchange(HttpRequest request, Reader<T> reader) {
        for (var attempts = 1; ; attempts++) {
            Retries.Failed failed;
            try {
                var response = attempt(request);
                if (response.statusCode() / 100 == 2 || response.statusCode() == REDIRECT) {
                    return reader.read(response);
                }
                failed = failed(read(response));
            } catch (HttpTimeoutException e) {
                failed = unreachable("no answer in time from ", request, e, e instanceof HttpConnectTimeoutException);
            } catch (IOException e) {
                failed = unreachable("no answer from ", request, e, true);
            }
            retries.await(attempts, failed);
        }
    }

    private HttpResponse<InputStream> attempt(HttpRequest request) throws IOException {
        var begun = System.nanoTime();
        var outcome = "no answer";
        try {
            var response = http.send(request, BodyHandlers.ofInputStream());
            outcome = response.statusCode() + " "
                    + response.headers().firstValue("X-Request-ID").orElse("");
            return response;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UnreachableException("interrupted", e);
        } finally {
            if (configuration.debug()) {
                // Not the query: an address that is its own credential has it there.
                var millis = Duration.ofNanos(System.nanoTime() - begun).toMillis();
                System.err.printf(
                        "%s %s %s %d ms%n", request.method(), request.uri().getPath(), outcome, millis);
            }
        }
    }

    private Retries.Failed failed(Reply reply) {
        var reason = reply.failure();
        var mayPass = switch (reason) {
            case ApiException refused ->
                switch (refused.code()) {
                    case ApiException.RATE_LIMITED, ApiException.SERVICE_UNAVAILABLE -> true;
                    // Our own first attempt, which is still at work: its answer will be ours.
                    case ApiException.IDEMPOTENCY_CONFLICT ->
                        "in_progress".equals(refused.details().get("reason"));
                    default -> false;
                };
            default -> PASSING.contains(reply.status());
        };
        return new Retries.Failed(reason, mayPass, reply.retryAfter().orElse(null));
    }

    private static Retries.Failed unreachable(String what, HttpRequest request, IOException e, boolean mayPass) {
        var host = request.uri().getScheme() + "://" + request.uri().getAuthority();
        return new Retries.Failed(new UnreachableException(what + host, e), mayPass, null);
    }

    private HttpRequest timed(HttpRequest.Builder request) {
        return request.timeout(configuration.timeout()).build();
    }

    private HttpRequest.Builder request(Call call) {
        var request = HttpRequest.newBuilder(call.at(configuration.apiUrl()))
                .header("X-API-Key", configuration.apiKey())
                .header("X-Client-Type", configuration.clientType());
        if (call.isChange()) {
            request.header("X-Idempotency-Key", UUID.randomUUID().toString());
        }
        if (call.body() == null) {
            return request.method(call.method(), BodyPublishers.noBody());
        }
        return request.header("Content-Type", "application/json")
                .method(call.method(), BodyPublishers.ofString(Json.write(call.body())));
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
