package dev.elevo.platform.microvm;

import dev.elevo.platform.microvm.MicrovmException.Kind;
import dev.elevo.platform.outbound.OutboundHttp;
import dev.elevo.platform.streams.Signing;
import io.micronaut.context.annotation.Requires;
import io.micronaut.context.annotation.Secondary;
import io.micronaut.core.type.Argument;
import io.micronaut.json.JsonMapper;
import io.micronaut.serde.annotation.Serdeable;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;

/**
 * The service by its REST-JSON protocol of 2025-09-09, signed as the role of this function. The SDK has a module for it; where that
 * can be had it takes this one's place behind the same port.
 */
@Singleton
@Secondary
@Requires(property = "elevo.engine", value = "microvm")
final class HttpMicrovms implements Microvms {
    private static final String ALL = "/2025-09-09/microvms";
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    /** Less than a request has: its caller wants to hear why. */
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private static final long FIRST_PAUSE_MILLIS = 200;
    private static final long LONGEST_PAUSE_MILLIS = 5_000;
    private static final int PAGE = 50;

    /** Any other would go on from the same number in every process that begins with the same snapshot. */
    private static final SecureRandom RANDOM = new SecureRandom();

    private static final Argument<Described> DESCRIBED = Argument.of(Described.class);

    private final OutboundHttp http;
    private final String url;
    private final Signing signing;
    private final JsonMapper json;

    private final Map<RatedCall, Pace> paces = new EnumMap<>(RatedCall.class);

    @Inject
    HttpMicrovms(OutboundHttp http, MicrovmConfiguration configuration, JsonMapper json) {
        this(http, configuration, DefaultCredentialsProvider.builder().build(), json);
    }

    HttpMicrovms(
            OutboundHttp http,
            MicrovmConfiguration configuration,
            AwsCredentialsProvider credentials,
            JsonMapper json) {
        this.http = http;
        this.url = configuration.url();
        this.signing = new Signing(credentials, "lambda", configuration.region());
        this.json = json;
        configuration.perSecond().forEach((call, perSecond) -> paces.put(call, new Pace(perSecond)));
    }

    @Override
    public Microvm run(RunMicrovm wanted) {
        return read(send(RatedCall.RUN, "POST", ALL, wanted), DESCRIBED).microvm();
    }

    @Override
    public Microvm get(String microvmId) {
        return read(send(RatedCall.GET, "GET", one(microvmId), null), DESCRIBED).microvm();
    }

    @Override
    public List<ListedMicrovm> list(String imageArn) {
        var found = new ArrayList<ListedMicrovm>();
        String next = null;
        do {
            var query = ALL + "?imageIdentifier=" + encode(imageArn) + "&maxResults=" + PAGE
                    + (next == null ? "" : "&nextToken=" + encode(next));
            var page = read(send(RatedCall.GET, "GET", query, null), Argument.of(Page.class));
            // An empty page with a token happens: what is left out is cut after the page was.
            page.items().forEach(item -> found.add(item.microvm()));
            next = page.nextToken();
        } while (next != null);
        return found;
    }

    @Override
    public void suspend(String microvmId) {
        send(RatedCall.SUSPEND, "POST", one(microvmId) + "/suspend", null);
    }

    @Override
    public void resume(String microvmId) {
        send(RatedCall.RESUME, "POST", one(microvmId) + "/resume", null);
    }

    @Override
    public void terminate(String microvmId) {
        try {
            send(RatedCall.TERMINATE, "DELETE", one(microvmId), null);
        } catch (MicrovmException e) {
            if (e.kind() != Kind.NOT_FOUND) {
                throw e;
            }
        }
    }

    @Override
    public ProxyToken token(String microvmId, int port, Duration life) {
        var wanted = new WantedToken((int) life.toMinutes(), List.of(Map.of("port", port)));
        var answer = send(RatedCall.TOKEN, "POST", one(microvmId) + "/auth-token", wanted);
        return new ProxyToken(read(answer, Argument.of(GivenToken.class)).authToken());
    }

    /** Again as long as it may help: a call whose answer was lost is answered the same way when it is repeated. */
    private byte[] send(RatedCall call, String method, String path, @Nullable Object body) {
        var content = body == null ? new byte[0] : write(body);
        var pace = Objects.requireNonNull(paces.get(call), "each kind has one");
        var end = System.nanoTime() + PATIENCE.toNanos();
        for (var attempt = 0; ; attempt++) {
            if (!pace.await(end)) {
                throw new MicrovmException(
                        Kind.THROTTLED, "more calls wait in this process than it may make in time", null, null);
            }
            try {
                return sendOnce(method, URI.create(url + path), content);
            } catch (MicrovmException e) {
                var pause = pause(attempt, e.retryAfter());
                if (!e.kind().isPassing() || System.nanoTime() + pause.toNanos() > end) {
                    throw e;
                }
                LockSupport.parkNanos(pause.toNanos());
            }
        }
    }

    /** A random time, so that those who were refused together do not come together again; never less than was asked for. */
    private static Duration pause(int attempt, @Nullable Duration asked) {
        var longest = Math.min(LONGEST_PAUSE_MILLIS, FIRST_PAUSE_MILLIS << Math.min(attempt, 10));
        var jitter = Duration.ofMillis(RANDOM.nextLong(longest / 2, longest + 1));
        return asked == null ? jitter : asked.plus(jitter.dividedBy(2));
    }

    private byte[] sendOnce(String method, URI target, byte[] content) {
        var request = HttpRequest.newBuilder(target)
                .timeout(TIMEOUT)
                .method(
                        method,
                        content.length == 0
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofByteArray(content));
        if (content.length > 0) {
            request.header("Content-Type", "application/json");
        }
        signing.headers(method, target, content).forEach((name, values) -> {
            // The client sets these itself, to the same values.
            if (!name.equalsIgnoreCase("Host") && !name.equalsIgnoreCase("Content-Length")) {
                values.forEach(value -> request.header(name, value));
            }
        });
        try {
            var response = http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
            if (response.statusCode() >= 300) {
                throw refusal(response);
            }
            return response.body();
        } catch (IOException e) {
            throw new MicrovmException(Kind.UNAVAILABLE, "the service of MicroVMs was not reached", null, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            // Of a kind that is not tried again: whoever interrupts wants an end.
            throw new MicrovmException(Kind.CONFLICT, "interrupted", null, e);
        }
    }

    private MicrovmException refusal(HttpResponse<byte[]> response) {
        var type = response.headers().firstValue("x-amzn-ErrorType").orElse("");
        var kind = kind(response.statusCode(), type);
        return new MicrovmException(
                kind,
                "the service of MicroVMs answered " + response.statusCode() + " " + type + ": "
                        + message(response.body()),
                retryAfter(response),
                null);
    }

    private static Kind kind(int status, String type) {
        if (type.startsWith("InsufficientCapacity")) {
            return Kind.NO_CAPACITY;
        }
        return switch (status) {
            case 400 -> Kind.INVALID;
            case 402 -> Kind.QUOTA;
            case 403 -> Kind.DENIED;
            case 404 -> Kind.NOT_FOUND;
            case 409 -> Kind.CONFLICT;
            case 429 -> Kind.THROTTLED;
            default -> Kind.UNAVAILABLE;
        };
    }

    private static @Nullable Duration retryAfter(HttpResponse<byte[]> response) {
        return response.headers()
                .firstValue("Retry-After")
                .filter(value -> value.matches("\\d{1,4}"))
                .map(value -> Duration.ofSeconds(Long.parseLong(value)))
                .orElse(null);
    }

    private String message(byte[] body) {
        try {
            var refusal = json.readValue(body, Argument.of(Refusal.class));
            return refusal == null || refusal.message() == null ? "" : refusal.message();
        } catch (IOException e) {
            return "in words that are no JSON";
        }
    }

    private <T> T read(byte[] body, Argument<T> type) {
        try {
            var value = json.readValue(body, type);
            if (value != null) {
                return value;
            }
        } catch (IOException e) {
            throw new MicrovmException(Kind.UNAVAILABLE, "no answer of the service: " + e.getMessage(), null, e);
        }
        throw new MicrovmException(Kind.UNAVAILABLE, "the service answered nothing", null, null);
    }

    private byte[] write(Object body) {
        try {
            return json.writeValueAsBytes(body);
        } catch (IOException e) {
            throw new IllegalArgumentException("cannot be written as JSON: " + body.getClass(), e);
        }
    }

    private static String one(String microvmId) {
        return ALL + "/" + encode(microvmId);
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** What the service answers of one; instants are seconds since the epoch there. */
    @Serdeable
    record Described(
            String microvmId,
            MicrovmState state,
            String endpoint,
            String imageArn,
            String imageVersion,
            double startedAt,
            @Nullable String stateReason) {
        Microvm microvm() {
            return new Microvm(microvmId, state, endpoint, imageArn, imageVersion, instant(startedAt), stateReason);
        }
    }

    @Serdeable
    record Listed(String microvmId, MicrovmState state, double startedAt) {
        ListedMicrovm microvm() {
            return new ListedMicrovm(microvmId, state, instant(startedAt));
        }
    }

    @Serdeable
    record Page(List<Listed> items, @Nullable String nextToken) {}

    @Serdeable
    record WantedToken(int expirationInMinutes, List<Map<String, Integer>> allowedPorts) {}

    @Serdeable
    record GivenToken(Map<String, String> authToken) {}

    @Serdeable
    record Refusal(@Nullable String message) {}

    private static Instant instant(double epochSeconds) {
        return Instant.ofEpochMilli(Math.round(epochSeconds * 1000));
    }
}
