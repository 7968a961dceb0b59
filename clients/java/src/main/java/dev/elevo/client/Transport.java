package dev.elevo.client;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.net.http.HttpTimeoutException;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
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

    /** All of it, as part of the attempt. */
    private static final BodyHandler<InputStream> WHOLE =
            answer -> BodySubscribers.mapping(BodySubscribers.ofByteArray(), ByteArrayInputStream::new);

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
        this.retries = new Retries(configuration.retries(), RandomGenerator.getDefault(), Retries::sleep);
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
        var reply = reply(request(call));
        var running =
                reply.header("Location").filter(place -> RUNNING.matcher(place).matches());
        if (reply.status() != ACCEPTED || running.isEmpty() || call.target().contains("/result")) {
            return reply;
        }
        var result = Call.of("GET", running.get() + "/result");
        while (reply.status() == ACCEPTED) {
            reply = result(result);
        }
        return reply;
    }

    /** What was begun goes on, so a service that is away is waited for. */
    private Reply result(Call result) {
        var outage = new Outage(retries);
        while (true) {
            try {
                return reply(request(result));
            } catch (UnreachableException e) {
                var reason = new UnreachableException(
                        e.getMessage() + "; it may still run: " + result.target(), e.getCause());
                outage.await(new Retries.Failed(reason, true, null));
            } catch (ApiException e) {
                outage.await(new Retries.Failed(e, passes(e), null));
            }
        }
    }

    private Reply reply(HttpRequest.Builder request) {
        return exchange(new Attempt(request.build(), WHOLE, new AtomicLong()), Transport::read);
    }

    /**
     * The bytes themselves, also of another place that the service names. Whoever asks closes.
     *
     * @param headers names and values
     */
    HttpResponse<InputStream> download(Call call, String... headers) {
        var response = content(request(call), headers);
        if (response.statusCode() != REDIRECT) {
            return response;
        }
        // Without our key: the address is its own credential, and its host may be another's.
        var place = configuration
                .apiUrl()
                .resolve(response.headers().firstValue("Location").orElseThrow());
        return content(HttpRequest.newBuilder(place), headers);
    }

    private HttpResponse<InputStream> content(HttpRequest.Builder request, String... headers) {
        if (headers.length > 0) {
            request.headers(headers);
        }
        return exchange(new Attempt(request.build(), this::asItComes, new AtomicLong()), given -> given);
    }

    /** Of a refusal all, of what was asked for no more than is read. */
    private BodySubscriber<InputStream> asItComes(HttpResponse.ResponseInfo answer) {
        return answer.statusCode() / 100 == 2
                ? BodySubscribers.mapping(
                        BodySubscribers.ofInputStream(),
                        content -> new StallingContent(content, configuration.timeout()))
                : WHOLE.apply(answer);
    }

    /** Without our key, which the address does not need. As long as some of it goes, it takes as long as it takes. */
    void put(URI address, BodyPublisher content) {
        var begun = new AtomicInteger();
        var moved = new AtomicLong();
        var counted = new CountedContent(content, (sent, total) -> {
            moved.incrementAndGet();
            if (sent == 0) {
                begun.incrementAndGet();
            }
        });
        try {
            exchange(new Attempt(HttpRequest.newBuilder(address).PUT(counted).build(), WHOLE, moved), Transport::read);
        } catch (ApiException e) {
            // An address is good for one upload: it has taken the one whose answer was lost.
            if (begun.get() == 1 || !isReason(e, ApiException.INVALID_TOKEN, "used")) {
                throw e;
            }
        }
    }

    void post(Call call, BodyPublisher content) {
        reply(request(call).header("Content-Type", "application/octet-stream").POST(content));
    }

    CompletableFuture<WebSocket> open(Call call, WebSocket.Listener listener) {
        return http.newWebSocketBuilder()
                .connectTimeout(CONNECT)
                .header("Authorization", bearer())
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

    /**
     * What is sent, as often as it takes.
     *
     * @param moved what changes as long as it gets on
     */
    private record Attempt(HttpRequest request, BodyHandler<InputStream> answer, AtomicLong moved) {}

    private <T> T exchange(Attempt attempt, Reader<T> reader) {
        var questions = 0;
        for (var attempts = 1; ; ) {
            Retries.Failed failed;
            try {
                var response = send(attempt);
                if (response.statusCode() / 100 == 2 || response.statusCode() == REDIRECT) {
                    return reader.read(response);
                }
                failed = failed(read(response));
            } catch (HttpTimeoutException e) {
                failed = unreachable("no answer in time from ", attempt, e, e instanceof HttpConnectTimeoutException);
            } catch (IOException e) {
                failed = unreachable("no answer from ", attempt, e, true);
            }
            if (isUnderWay(failed.reason())) {
                retries.awaitLost(++questions, failed.reason());
            } else {
                retries.await(attempts++, failed);
            }
        }
    }

    /** What we try again is: a change has one key, and an upload one address, and nobody else has either. */
    private static boolean isUnderWay(WorkspaceException reason) {
        return isReason(reason, ApiException.IDEMPOTENCY_CONFLICT, "in_progress")
                || isReason(reason, ApiException.INVALID_TOKEN, "in_use");
    }

    private static boolean isReason(WorkspaceException failure, int code, String reason) {
        return failure instanceof ApiException refused
                && refused.code() == code
                && reason.equals(refused.details().get("reason"));
    }

    private HttpResponse<InputStream> send(Attempt attempt) throws IOException {
        var request = attempt.request();
        var begun = System.nanoTime();
        var outcome = "no answer";
        try {
            var response = await(http.sendAsync(request, attempt.answer()), attempt.moved());
            outcome = response.statusCode() + " "
                    + response.headers().firstValue("X-Request-ID").orElse("");
            return response;
        } finally {
            if (configuration.debug()) {
                var millis = Duration.ofNanos(System.nanoTime() - begun).toMillis();
                System.err.printf("%s %s %s %d ms%n", request.method(), told(request), outcome, millis);
            }
        }
    }

    /** An address that goes without our key is its own credential, in its path or its query. */
    private static String told(HttpRequest request) {
        return request.headers().firstValue("Authorization").isPresent()
                ? request.uri().getPath()
                : origin(request);
    }

    private static String origin(HttpRequest request) {
        return request.uri().getScheme() + "://" + request.uri().getAuthority();
    }

    /** By ourselves: the time-out of a request ends with the headers of its answer. */
    private <T> T await(CompletableFuture<T> answer, AtomicLong moved) throws IOException {
        try {
            while (true) {
                var before = moved.get();
                try {
                    return answer.get(configuration.timeout().toNanos(), TimeUnit.NANOSECONDS);
                } catch (TimeoutException e) {
                    if (moved.get() == before) {
                        throw new HttpTimeoutException("nothing for " + configuration.timeout());
                    }
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UnreachableException("interrupted", e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException broken ? broken : new IOException(e.getCause());
        } finally {
            answer.cancel(true); // where there is none
        }
    }

    private Retries.Failed failed(Reply reply) {
        var reason = reply.failure();
        var mayPass = switch (reason) {
            case ApiException refused -> passes(refused);
            default -> PASSING.contains(reply.status());
        };
        return new Retries.Failed(reason, mayPass, reply.retryAfter().orElse(null));
    }

    private static boolean passes(ApiException refused) {
        return refused.code() == ApiException.RATE_LIMITED || refused.code() == ApiException.SERVICE_UNAVAILABLE;
    }

    private static Retries.Failed unreachable(String what, Attempt attempt, IOException e, boolean mayPass) {
        return new Retries.Failed(new UnreachableException(what + origin(attempt.request()), e), mayPass, null);
    }

    /** A key or a JWT: the header of keys takes no JWT. */
    private String bearer() {
        return "Bearer " + configuration.apiKey();
    }

    private HttpRequest.Builder request(Call call) {
        var request = HttpRequest.newBuilder(call.at(configuration.apiUrl()))
                .header("Authorization", bearer())
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
