package dev.elevo.platform.engine;

import dev.elevo.contract.ApiException;
import dev.elevo.contract.ErrorBody;
import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import dev.elevo.contract.agent.AgentHealth;
import dev.elevo.contract.agent.AgentPaths;
import dev.elevo.contract.agent.Capability;
import dev.elevo.contract.agent.Operation;
import dev.elevo.platform.outbound.OutboundHttp;
import dev.elevo.platform.trace.Trace;
import io.micronaut.core.type.Argument;
import io.micronaut.json.JsonMapper;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpTimeoutException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls an agent: connections are kept, each call has its time, and an agent's error is thrown as the failure it is. Nearly
 * every call of the agent's API may be repeated, so one that lost its connection is.
 */
@Singleton
final class AgentConnection {
    private static final Logger LOG = LoggerFactory.getLogger(AgentConnection.class);
    private static final Duration HEALTH_TIMEOUT = Duration.ofSeconds(2);
    private static final int UNAUTHORIZED = 401;

    private static final int FORBIDDEN = 403;
    private static final int TOO_MANY = 429;

    /** Shorter than any caller waits. */
    private static final Duration CROWDED = Duration.ofSeconds(3);

    /** Any other would go on from the same number in every process that begins with the same snapshot. */
    private static final SecureRandom RANDOM = new SecureRandom();

    private static final long SHORTEST_PAUSE_MILLIS = 25;
    private static final long LONGEST_PAUSE_MILLIS = 250;

    /** What the proxy before an agent says in words of its own: too many requests, nobody behind it, or that it failed. */
    private static final Set<Integer> OF_THE_WAY = Set.of(403, 429, 500, 502, 503, 504);

    private static final Failure UNAVAILABLE =
            new Failure.Unavailable("The host of the sandboxes does not answer", Duration.ofSeconds(1));

    private final OutboundHttp http;
    private final AgentAddresses addresses;
    private final CapabilityIssuer capabilities;
    private final JsonMapper json;

    AgentConnection(OutboundHttp http, AgentAddresses addresses, CapabilityIssuer capabilities, JsonMapper json) {
        this.http = http;
        this.addresses = addresses;
        this.capabilities = capabilities;
        this.json = json;
    }

    /**
     * One call: what may be done on which sandbox, and how long it may take.
     *
     * @param agentOf whose agent is asked: mostly the sandbox's own, also where the right is to its whole host
     */
    record Call(String sandboxId, Operation operation, String method, String path, Duration timeout, String agentOf) {
        Call(String sandboxId, Operation operation, String method, String path, Duration timeout) {
            this(sandboxId, operation, method, path, timeout, sandboxId);
        }

        /** With the right to the whole host on which the sandbox is, or will be. */
        static Call toHostOf(String sandboxId, Operation operation, String method, String path, Duration timeout) {
            return new Call(Capability.HOST, operation, method, path, timeout, sandboxId);
        }
    }

    WholeAnswer send(Call call, @Nullable Object body, Map<String, String> headers) {
        return send(call, body, headers, this::exchange);
    }

    /** For the few calls that must not be repeated: what was typed once would stand there twice. */
    WholeAnswer sendOnce(Call call, Object body) {
        return send(call, body, Map.of(), this::exchangeOnce);
    }

    private WholeAnswer send(
            Call call,
            @Nullable Object body,
            Map<String, String> headers,
            Function<HttpRequest, WholeAnswer> exchange) {
        var token = capabilities.token(call.sandboxId(), call.operation());
        var request = request(call, body).setHeader(AgentPaths.CAPABILITY_HEADER, token);
        headers.forEach(request::header);
        var response = atItsAddress(call, request, exchange);
        if (response.status() == FORBIDDEN && envelope(response).isEmpty()) {
            // What stands before the agent does not know our token (any more); nothing came through.
            LOG.info("nobody was let through to the agent of {}", call.agentOf());
            response = exchange.apply(to(addresses.anew(call.agentOf(), call.operation()), call, request));
        }
        response = pastTheCrowd(call, request, exchange, response);
        if (response.status() == UNAUTHORIZED && Capability.isSealed(token)) {
            LOG.warn("the host does not know our secret of sandbox {}", call.sandboxId());
            var signed = capabilities.signed(call.sandboxId(), call.operation());
            request.setHeader(AgentPaths.CAPABILITY_HEADER, signed);
            response = exchange.apply(to(addresses.of(call.agentOf(), call.operation()), call, request));
        }
        if (response.status() >= 400) {
            throw failure(response);
        }
        return response;
    }

    /** The proxy before a machine lets some tens of calls through in a second; what it refuses did not come through. */
    private WholeAnswer pastTheCrowd(
            Call call, HttpRequest.Builder request, Function<HttpRequest, WholeAnswer> exchange, WholeAnswer first) {
        var end = System.nanoTime() + CROWDED.toNanos();
        var response = first;
        while (response.status() == TOO_MANY
                && envelope(response).isEmpty()
                && System.nanoTime() < end
                && !Thread.currentThread().isInterrupted()) {
            LockSupport.parkNanos(
                    TimeUnit.MILLISECONDS.toNanos(RANDOM.nextLong(SHORTEST_PAUSE_MILLIS, LONGEST_PAUSE_MILLIS)));
            response = exchange.apply(to(addresses.of(call.agentOf(), call.operation()), call, request));
        }
        return response;
    }

    /** Where nobody is any more nothing came through; by now the agent may be somewhere else. */
    private WholeAnswer atItsAddress(
            Call call, HttpRequest.Builder request, Function<HttpRequest, WholeAnswer> exchange) {
        var known = addresses.of(call.agentOf(), call.operation());
        try {
            return exchange.apply(to(known, call, request));
        } catch (ApiException e) {
            if (!(e.getCause() instanceof ConnectException)) {
                throw e;
            }
            var now = addresses.anew(call.agentOf(), call.operation());
            if (now.url().equals(known.url())) {
                throw e;
            }
            return exchange.apply(to(now, call, request));
        }
    }

    /** All of it but where it goes: that may be found out a second time. */
    private HttpRequest.Builder request(Call call, @Nullable Object body) {
        var request = HttpRequest.newBuilder().timeout(call.timeout());
        Trace.current().ifPresent(trace -> trace.headers(request::header));
        if (body == null) {
            return request.method(call.method(), BodyPublishers.noBody());
        }
        if (body instanceof byte[] content) {
            return request.header("Content-Type", "application/octet-stream")
                    .method(call.method(), BodyPublishers.ofByteArray(content));
        }
        return request.header("Content-Type", "application/json")
                .method(call.method(), BodyPublishers.ofByteArray(write(body)));
    }

    private static HttpRequest to(AgentAddress address, Call call, HttpRequest.Builder request) {
        address.headers().forEach(request::setHeader);
        return request.uri(URI.create(address.url() + call.path())).build();
    }

    /** What the agent says to everybody; empty while nobody answers there. */
    Optional<AgentHealth> health(AgentAddress address) {
        var request = HttpRequest.newBuilder(URI.create(address.url() + AgentPaths.HEALTH))
                .timeout(HEALTH_TIMEOUT)
                .GET();
        address.headers().forEach(request::setHeader);
        try {
            var response = WholeAnswer.of(http, request.build());
            return response.status() == 200
                    ? Optional.ofNullable(json.readValue(response.body(), Argument.of(AgentHealth.class)))
                    : Optional.empty();
        } catch (IOException e) {
            LOG.debug("nobody answers at {} yet", address, e);
            return Optional.empty();
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    <T> T send(Call call, @Nullable Object body, Argument<T> answer) {
        return read(send(call, body, Map.of()), answer);
    }

    <T> T read(WholeAnswer answer, Argument<T> type) {
        try {
            var value = json.readValue(answer.body(), type);
            if (value != null) {
                return value;
            }
            throw new IllegalStateException("the agent answered null where a " + type.getTypeName() + " was due");
        } catch (IOException e) {
            throw new IllegalStateException("the agent's answer is no " + type.getTypeName(), e);
        }
    }

    private WholeAnswer exchange(HttpRequest request) {
        try {
            return WholeAnswer.of(http, request);
        } catch (HttpTimeoutException | ConnectException e) {
            throw UNAVAILABLE.causedBy(e);
        } catch (IOException lost) {
            return again(request, lost);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private WholeAnswer exchangeOnce(HttpRequest request) {
        try {
            return WholeAnswer.of(http, request);
        } catch (IOException e) {
            throw UNAVAILABLE.causedBy(e);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    /** A kept connection breaks when the agent is started anew; a fresh one then works. */
    private WholeAnswer again(HttpRequest request, IOException first) {
        try {
            return WholeAnswer.of(http, request);
        } catch (IOException e) {
            e.addSuppressed(first);
            throw UNAVAILABLE.causedBy(e);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private static ApiException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return UNAVAILABLE.causedBy(e);
    }

    private RuntimeException failure(WholeAnswer response) {
        var said = envelope(response);
        if (said.isEmpty()) {
            var what = "the agent refused with " + response.status() + " and no envelope";
            return OF_THE_WAY.contains(response.status())
                    ? UNAVAILABLE.causedBy(new IllegalStateException(what))
                    : new IllegalStateException(what);
        }
        var error = said.get();
        return switch (ErrorCode.ofNumber(error.code())) {
            case null -> new IllegalStateException("the agent refused with the unknown code " + error.code());
            // Ours to fix, not the client's: a capability it does not accept, a path it does not have.
            case UNAUTHORIZED, TOKEN_EXPIRED, INVALID_TOKEN, INSUFFICIENT_SCOPE, RESOURCE_NOT_FOUND ->
                new IllegalStateException(
                        "the agent refused the control plane: " + error.name() + ", " + error.message());
            case SERVICE_UNAVAILABLE -> new Failure.Unavailable(error.message(), Duration.ofSeconds(1)).asException();
            case ErrorCode code -> new Failure.Refused(code, error.message(), details(error)).asException();
        };
    }

    /** The words of an agent; empty when they are of somebody else. */
    private Optional<ErrorBody.Content> envelope(WholeAnswer response) {
        try {
            return Optional.ofNullable(json.readValue(response.body(), Argument.of(ErrorBody.class)))
                    .map(ErrorBody::error);
        } catch (IOException notOurs) {
            LOG.debug("an answer {} without our envelope", response.status(), notOurs);
            return Optional.empty();
        }
    }

    private static Map<String, Object> details(ErrorBody.Content error) {
        var details = error.details();
        return details == null ? Map.of() : details;
    }

    private byte[] write(Object body) {
        try {
            return json.writeValueAsBytes(body);
        } catch (IOException e) {
            throw new IllegalArgumentException("cannot be written as JSON: " + body.getClass(), e);
        }
    }
}
